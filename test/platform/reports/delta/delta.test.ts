import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeclaredDifference } from '../../../../lib/platform/reports/delta/declared';
import { type Delta, delta } from '../../../../lib/platform/reports/delta/delta';
import type { OutputThing, PlatformOutput } from '../../../../lib/platform/reports/delta/output';
import { deployment, output, thing } from './samples';

const between = (
  from: readonly OutputThing[],
  to: readonly OutputThing[],
  declared: readonly DeclaredDifference[] = [],
) => delta(output('dev', from), output('prod', to), declared);

describe('a difference that environments of any platform have', () => {
  const image = 'spec.template.spec.containers[main].image';

  it.each<[string, OutputThing, OutputThing, string, string]>([
    ['Scale', deployment({}, { replicas: 1 }), deployment({}, { replicas: 3 }), 'Deployment fair/api', 'spec.replicas'],
    [
      'Stacks, releases and images',
      deployment({ image: 'a:1' }),
      deployment({ image: 'a:2' }),
      'Deployment fair/api',
      image,
    ],
    ['Security', thing('Role', { rules: [1] }), thing('Role', { rules: [2] }), 'Role fair/api', 'rules'],
    [
      'Resources',
      thing('release', { values: { postgresql: { resources: { limits: { cpu: 1 } } } } }),
      thing('release', { values: { postgresql: { resources: { limits: { cpu: 2 } } } } }),
      'release fair/api',
      'values.postgresql.resources.limits.cpu',
    ],
    [
      'Storage',
      thing('StatefulSet', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { size: 1 } }] } }),
      thing('StatefulSet', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { size: 2 } }] } }),
      'StatefulSet fair/api',
      'spec.volumeClaimTemplates[data].spec.size',
    ],
  ])('is about %s', (about, from, to, of, path) => {
    const { groups, drift } = between([from], [to]);
    expect(drift).toEqual([]);
    expect(groups).toEqual({ [about]: [expect.objectContaining({ of, path })] });
  });

  it('is a choice of nodes as a whole', () => {
    const on = (nodeSelector: object) => thing('Deployment', { spec: { template: { spec: { nodeSelector } } } });
    expect(between([on({ a: '1', b: '2' })], [on({ c: '3' })]).groups).toEqual({
      'Nodes and placement': [
        {
          of: 'Deployment fair/api',
          path: 'spec.template.spec.nodeSelector',
          from: { a: '1', b: '2' },
          to: { c: '3' },
        },
      ],
    });
  });

  it('is that one of them has an Ingress, a release or a stack, which counts once', () => {
    const stack = [thing('Service', {}, { chart: 'models' }), thing('ConfigMap', {}, { chart: 'models' })];
    const ingress = thing('Ingress', {}, { chart: 'fair' });
    const from = output('dev', [...stack, thing('release')], { models: 'models', fair: 'fair' });
    expect(delta(from, output('prod', [ingress], { fair: 'fair' }))).toMatchObject({
      groups: {
        Exposure: [{ of: 'Ingress fair/api', to: 'present' }],
        'Stacks, releases and images': [
          { of: 'release fair/api', from: 'present' },
          { of: 'stack models', from: 'present' },
        ],
      },
      drift: [],
    });
  });
});

describe('drift', () => {
  const [from, to] = [deployment({ args: ['--fast'] }), deployment({ args: ['--slow'] })];
  const path = 'spec.template.spec.containers[main].args';
  const meant: DeclaredDifference = { about: 'Speed', of: 'Deployment fair/*', fields: ['*.args'], because: 'so' };

  it('is a difference that nobody declares', () => {
    const difference = { of: 'Deployment fair/api', path, from: ['--fast'], to: ['--slow'] };
    expect(between([from], [to])).toMatchObject({ groups: {}, drift: [difference] });
    expect(between([from], [])).toMatchObject({ groups: {}, drift: [{ of: 'Deployment fair/api', from: 'present' }] });
  });

  it('is none where it is declared, and a declaration comes before the usual ones', () => {
    expect(between([from], [to], [meant])).toMatchObject({
      groups: { Speed: [{ of: 'Deployment fair/api', path, because: 'so' }] },
      drift: [],
    });
    const scale = { ...meant, of: '*', fields: ['spec'] };
    const scaled = between([deployment({}, { replicas: 1 })], [deployment({}, { replicas: 2 })], [scale]);
    expect(Object.keys(scaled.groups)).toEqual(['Speed']);
  });

  it.each<[string, Partial<DeclaredDifference>]>([
    ['another thing', { of: 'Deployment fair/ap' }],
    ['another field that begins alike', { fields: ['spec.template.spec.containers[main].arg'] }],
    ['that one of them has it alone', { fields: undefined }],
  ])('is one although a declaration is of %s', (_, change) => {
    expect(between([from], [to], [{ ...meant, ...change }]).drift).toHaveLength(1);
  });

  it('is none where the thing of one environment alone is declared', () => {
    for (const fields of [undefined, ['*']]) expect(between([from], [], [{ ...meant, fields }]).drift).toEqual([]);
    expect(between([from], [], [meant]).drift).toHaveLength(1);
  });
});

describe('no difference is', () => {
  const renamed = (name: string, fields: object): PlatformOutput =>
    output(name, [{ kind: 'Service', namespace: name, name: 'api', fields }], { fair: name });

  it('the name of a namespace, nor what names it', () => {
    const side = (name: string) =>
      renamed(name, { namespace: name, hosts: `db.${name},db.${name}:*`, url: `http://db.${name}.svc.cluster.local` });
    expect(delta(side('fair'), side('fair-prod'))).toMatchObject({
      namespaces: [{ stack: 'fair', from: 'fair', to: 'fair-prod' }],
      groups: {},
      drift: [],
    });
  });

  it('but another host in a renamed namespace is one, with the names that each has', () => {
    expect(delta(renamed('a', { host: 'one.a.svc' }), renamed('b', { host: 'two.b.svc' })).drift).toEqual([
      { of: 'Service a/api', path: 'host', from: 'one.a.svc', to: 'two.b.svc' },
    ]);
  });

  it('a checksum, a version label, or what holds nothing else', () => {
    const annotations = { 'checksum/credentials': 'a', 'app.kubernetes.io/version': '1' };
    expect(between([thing('A', { kept: 1, annotations })], [thing('A', { kept: 1 })])).toMatchObject({
      groups: {},
      drift: [],
    });
  });

  it('the order of things, fields and named entries, but that of other lists', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const job = thing('Job');
    const ordered = between(
      [deployment({ env, image: 'a' }), job],
      [job, deployment({ image: 'a', env: env.reverse() })],
    );
    expect(ordered).toMatchObject({ groups: {}, drift: [] });
    expect(between([deployment({ args: ['a', 'b'] })], [deployment({ args: ['b', 'a'] })]).drift).toHaveLength(1);
  });
});

describe('for all environments', () => {
  const fields = fc.record(
    {
      spec: fc.record({ replicas: fc.nat(3), args: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }) }),
      list: fc.uniqueArray(fc.record({ name: fc.constantFrom('m', 'n'), image: fc.nat(2) }), {
        selector: ({ name }) => name,
      }),
    },
    { requiredKeys: [] },
  );
  const things = fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('Deployment', 'Ingress', 'release'),
      namespace: fc.constantFrom('one', 'two'),
      name: fc.constantFrom('a', 'b'),
      chart: fc.constantFrom('s', 't'),
      fields,
    }),
    { selector: ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`, maxLength: 8 },
  );
  const namespaces = fc.record({ s: fc.constant('one'), t: fc.constant('two') }, { requiredKeys: [] });

  /** Things of the charts that there are. */
  const outputs = fc
    .tuple(things, namespaces)
    .map(([list, charts]) => ({ list: list.filter(({ chart }) => chart in charts), charts }));

  it('one does not differ from itself, whatever its order', () => {
    fc.assert(
      fc.property(outputs, ({ list, charts }) => {
        const found = delta(output('a', list, charts), output('b', [...list].reverse(), charts));
        expect(found).toMatchObject({ namespaces: [], groups: {}, drift: [] });
      }),
    );
  });

  it('the delta of the other direction is its mirror, and has each difference once', () => {
    fc.assert(
      fc.property(outputs, outputs, (one, other) => {
        const [a, b] = [output('a', one.list, one.charts), output('b', other.list, other.charts)];
        const there = delta(a, b);
        expect(mirror(delta(b, a))).toEqual({ groups: there.groups, drift: there.drift });
        const all = [...Object.values(there.groups).flat(), ...there.drift].map(({ of, path }) => `${of} ${path}`);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});

function mirror({ groups, drift }: Delta): unknown {
  const swap = ({ from, to, ...others }: { readonly from?: unknown; readonly to?: unknown }): unknown => ({
    ...others,
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
  });
  const swapped = Object.entries(groups).map(([group, differences]) => [group, differences.map(swap)]);
  return { groups: Object.fromEntries(swapped), drift: drift.map(swap) };
}
