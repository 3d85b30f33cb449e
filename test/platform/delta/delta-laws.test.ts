import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Delta, delta } from '../../../lib/platform/delta/delta';
import { namespace, output, serving } from './samples';

describe('for all environments', () => {
  const spec = fc.record(
    {
      replicas: fc.nat(3),
      args: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
      nodeSelector: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')),
      template: fc.record({
        spec: fc.record({
          containers: fc.uniqueArray(
            fc.record({ name: fc.constantFrom('m', 'n'), image: fc.constantFrom('a:1', 'a:2') }),
            { selector: ({ name }) => name },
          ),
        }),
      }),
      host: fc.constantFrom('db.one.svc', 'db.two.svc', 'db.three.svc'),
    },
    { requiredKeys: [] },
  );
  const kinds = fc.constantFrom('Deployment', 'StatefulSet', 'Ingress', 'Role', 'Secret', 'Cluster');
  const manifests = fc.uniqueArray(
    fc.oneof(
      fc
        .tuple(
          kinds,
          fc.constantFrom('one', 'two', 'three'),
          fc.constantFrom('a', 'postgres'),
          fc.constantFrom('api', 'postgres'),
          fc.constantFrom('s', 't'),
          spec,
        )
        .map(([kind, space, name, application, stack, fields]) =>
          serving(application, kind, `${space}/${name}`, fields, stack),
        ),
      fc
        .tuple(fc.constantFrom('one', 'two', 'three'), fc.constantFrom('s', 't'))
        .map(([name, stack]) => namespace(name, stack)),
    ),
    { selector: ({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`, maxLength: 8 },
  );
  const documents = fc.record({
    'helmfile.yaml': fc.record({
      helmDefaults: fc.record({ kubeContext: fc.constantFrom('one', 'two') }, { requiredKeys: [] }),
      releases: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('mlflow', 'zenml'),
          installed: fc.boolean(),
          version: fc.constantFrom('1', '2'),
          namespace: fc.constantFrom('one', 'two'),
          values: fc.constant(['values/mlflow.yaml']),
        }),
        { selector: ({ name, namespace }) => `${namespace}/${name}` },
      ),
    }),
    'values/mlflow.yaml': fc.record({ replicaCount: fc.nat(2), other: fc.nat(1) }, { requiredKeys: [] }),
  });
  const outputs = fc.tuple(manifests, documents);

  it('one does not differ from itself, whatever its order', () => {
    fc.assert(
      fc.property(outputs, ([list, files]) => {
        expect(delta(output('a', list, files), output('a', [...list].reverse(), files))).toEqual({
          from: 'a',
          to: 'a',
          namespaces: [],
          groups: {},
          drift: [],
        });
      }),
    );
  });

  it('the delta of the other direction is its mirror', () => {
    fc.assert(
      fc.property(outputs, outputs, ([listA, filesA], [listB, filesB]) => {
        const [a, b] = [output('a', listA, filesA), output('b', listB, filesB)];
        expect(mirror(delta(b, a))).toEqual(delta(a, b));
      }),
    );
  });

  it('each difference is in one group, or is drift', () => {
    fc.assert(
      fc.property(outputs, outputs, ([listA, filesA], [listB, filesB]) => {
        const { groups, drift } = delta(output('a', listA, filesA), output('b', listB, filesB));
        const all = [...Object.values(groups).flat(), ...drift].map(
          ({ of, label, path }) => `${of} ${label ?? ''} ${path ?? ''}`,
        );
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});

function mirror({ from, to, namespaces, groups, drift }: Delta): unknown {
  const swap = (value: object): unknown => {
    const { from, to, ...others } = value as { from?: unknown; to?: unknown };
    return { ...others, ...(to === undefined ? {} : { from: to }), ...(from === undefined ? {} : { to: from }) };
  };
  const swapped = Object.entries(groups).map(([group, differences]) => [group, differences.map(swap)]);
  return {
    from: to,
    to: from,
    namespaces: namespaces.map(swap),
    groups: Object.fromEntries(swapped),
    drift: drift.map(swap),
  };
}
