import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Delta, type Difference, delta } from '../../../lib/deploy/delta/delta';
import type { PlatformOutput } from '../../../lib/deploy/delta/output';
import type { DeltaGroup } from '../../../lib/deploy/delta/rules';
import type { Manifest } from '../../../lib/kube/serialization';
import { namespace, object, output, release, serving } from './samples';

/** The delta of two lists of objects. */
const objects = (from: Manifest[], to: Manifest[]) => delta(output('dev', from), output('prod', to));
/** The delta of two sets of files. */
const files = (from: PlatformOutput['documents'], to: PlatformOutput['documents']) =>
  delta(output('dev', [], from), output('prod', [], to));

/** A delta in which nothing differs but this. */
function only(group: DeltaGroup, ...differences: Difference[]) {
  return { groups: { [group]: differences }, drift: [], namespaces: [] };
}

const workload = (kind: string, spec: Manifest) => object(kind, 'fair/api', { spec });
const container = (fields: Manifest) => ({ template: { spec: { containers: [{ name: 'main', ...fields }] } } });

describe('a difference is about', () => {
  it('scale, where it is a number of replicas', () => {
    expect(objects([workload('Deployment', { replicas: 1 })], [workload('Deployment', { replicas: 3 })])).toMatchObject(
      only('scale', { of: 'Deployment fair/api', label: 'replicas', path: 'spec.replicas', from: 1, to: 3 }),
    );
    expect(files(release({ replicaCount: 1 }), release({ replicaCount: 2 }))).toMatchObject(
      only('scale', { of: 'release mlflow', label: 'replicas', path: 'values.replicaCount', from: 1, to: 2 }),
    );
  });

  it('scale, where only one has an autoscaler or a disruption budget', () => {
    expect(objects([], [object('PodDisruptionBudget', 'fair/api', { spec: {} })])).toMatchObject(
      only('scale', { of: 'PodDisruptionBudget fair/api', label: 'disruption budget', to: 'present' }),
    );
  });

  it('resources, where it is a request or a limit of a container', () => {
    const [small, large] = ['1Gi', '2Gi'].map((memory) =>
      workload('Deployment', container({ resources: { limits: { memory } } })),
    );
    expect(objects([small as Manifest], [large as Manifest])).toMatchObject(
      only('resources', {
        of: 'Deployment fair/api',
        label: 'memory limit',
        path: 'spec.template.spec.containers[main].resources.limits.memory',
        from: '1Gi',
        to: '2Gi',
      }),
    );
  });

  it('exposure, where it is a route, a port or a host name', () => {
    const ingress = object('Ingress', 'fair/api', { spec: { rules: [] } });
    expect(objects([], [ingress])).toMatchObject(
      only('exposure', { of: 'Ingress fair/api', label: 'route', to: 'present' }),
    );
    expect(files(release({}), release({ ingress: { enabled: true } }))).toMatchObject(
      only('exposure', {
        of: 'release mlflow',
        label: 'host name and TLS',
        path: 'values.ingress',
        to: { enabled: true },
      }),
    );
  });

  it('security, where it is a policy, an account or a login', () => {
    const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    expect(objects([namespace('fair', 'fair')], [namespace('fair', 'fair', restricted)])).toMatchObject(
      only('security', {
        of: 'Namespace fair',
        label: 'Pod Security',
        path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
        to: 'restricted',
      }),
    );
    expect(objects([], [object('NetworkPolicy', 'fair/deny')])).toMatchObject({
      groups: { security: [{ to: 'present' }] },
    });
    expect(files(release({}), release({ auth: { enabled: true } }))).toMatchObject({
      groups: { security: [{ label: 'who may log in' }] },
    });
  });

  it('storage, where it is a volume or a class of volumes', () => {
    const claim = (storage: string) =>
      object('PersistentVolumeClaim', 'fair/data', { spec: { resources: { requests: { storage } } } });
    expect(objects([claim('5Gi')], [claim('50Gi')])).toMatchObject({
      groups: { storage: [{ from: '5Gi', to: '50Gi' }] },
    });
    expect(objects([], [object('StorageClass', 'gp3')])).toMatchObject({
      groups: { storage: [{ of: 'StorageClass gp3' }] },
    });
  });

  it('placement, where it is a choice of nodes, which is one decision', () => {
    const on = (nodeSelector: Manifest) => workload('Deployment', { template: { spec: { nodeSelector } } });
    expect(objects([on({ a: '1', b: '2' })], [on({ c: '3' })])).toMatchObject(
      only('placement', {
        of: 'Deployment fair/api',
        label: 'nodes',
        path: 'spec.template.spec.nodeSelector',
        from: { a: '1', b: '2' },
        to: { c: '3' },
      }),
    );
  });

  it('releases, where it is a version, an image, or a release that is on in one of them', () => {
    expect(files(release({}), release({}, { version: '1.9.0' }))).toMatchObject(
      only('releases', { of: 'release mlflow', label: 'version', path: 'version', from: '1.8.1', to: '1.9.0' }),
    );
    expect(files({ 'releases.yaml': { mlflow: { enabled: false } } }, release({ a: 1 }))).toMatchObject(
      only('releases', { of: 'release mlflow', label: 'release', to: 'present' }),
    );
  });

  it('secrets, where it is who makes them and what they have, and never what is in them', () => {
    const data = { username: 'dXNlcg==', password: 'cGFzcw==' };
    const written = object('Secret', 'fair/db', { apiVersion: 'v1', type: 'Opaque', data });
    const required = (keys: Manifest) => ({
      'secrets.json': { secrets: [{ namespace: 'fair', name: 'db', type: 'Opaque', keys }] },
    });
    const from = output('dev', [written]);
    const to = output('prod', [], required({ username: {}, password: {} }));
    const found = delta(from, to);
    expect(found).toMatchObject(
      only('secrets', {
        of: 'Secret fair/db',
        label: 'where it comes from',
        path: 'origin',
        from: 'written, with documented values',
        to: 'has to exist',
      }),
    );
    expect(JSON.stringify(found)).not.toContain('cGFzcw');
    expect(delta(from, output('prod', [], required({ password: {} })))).toMatchObject({
      groups: { secrets: [{ path: 'keys', from: ['password', 'username'], to: ['password'] }, { path: 'origin' }] },
    });
    expect(delta(output('dev'), to)).toMatchObject({
      groups: { secrets: [{ of: 'Secret fair/db', to: 'has to exist' }] },
    });
  });

  it('secrets, whichever operator makes them', () => {
    const sealed = object('SealedSecret', 'fair/db', {
      spec: { encryptedData: { password: 'AgA' }, template: { data: { username: 'x' } } },
    });
    const external = object('ExternalSecret', 'fair/db', { spec: { data: [] } });
    const stored = {
      namespace: 'fair',
      name: 'db',
      type: 'Opaque',
      keys: { username: {}, password: {} },
      stored: { store: 'aws' },
    };
    const found = delta(output('a', [sealed]), output('b', [external], { 'secrets.json': { secrets: [stored] } }));
    expect(found).toMatchObject(
      only('secrets', {
        of: 'Secret fair/db',
        label: 'where it comes from',
        path: 'origin',
        from: 'written, encrypted',
        to: 'from the store aws',
      }),
    );
  });
});

describe('a substituted backend', () => {
  const claims = [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '5Gi' } } } }];
  const server = serving('postgres', 'StatefulSet', 'fair/postgres', { replicas: 1, volumeClaimTemplates: claims });
  const cnpg = (kind: string, name: string, spec: Manifest) =>
    object(kind, `fair/${name}`, { apiVersion: 'postgresql.cnpg.io/v1', spec });
  const dev = [server, serving('postgres', 'Service', 'fair/postgres')];
  const prod = [
    cnpg('Cluster', 'db', {
      instances: 2,
      storage: { size: '50Gi', storageClass: 'gp3' },
      walStorage: { size: '20Gi' },
    }),
    cnpg('ScheduledBackup', 'db-backup', { schedule: '0 0 3 * * *' }),
    object('PodMonitor', 'fair/db', { spec: { selector: { matchLabels: { 'cnpg.io/cluster': 'db' } } } }),
  ];

  it('is one difference, with the objects of both', () => {
    expect(objects(dev, prod).groups.backends).toEqual([
      {
        of: 'PostgreSQL',
        label: 'what serves it',
        from: { served: 'StatefulSet', objects: ['Service fair/postgres', 'StatefulSet fair/postgres'] },
        to: {
          served: 'CloudNativePG',
          objects: ['Cluster fair/db', 'PodMonitor fair/db', 'ScheduledBackup fair/db-backup'],
        },
      },
    ]);
    expect(objects(dev, prod).drift).toEqual([]);
  });

  it('says what both say in their own ways about instances, volumes and backups', () => {
    expect(objects(dev, prod).groups).toMatchObject({
      scale: [{ of: 'PostgreSQL', label: 'instances', from: { postgres: 1 }, to: { db: 2 } }],
      storage: [
        { label: 'volumes of an instance', from: { postgres: '5Gi' }, to: { db: '50Gi of gp3, 20Gi' } },
        { label: 'backups', to: { 'db-backup': '0 0 3 * * *' } },
      ],
    });
  });

  it('is S3 where MinIO is not, and something has buckets', () => {
    const minio = serving('minio', 'StatefulSet', 'fair/minio');
    const [from, to] = [output('dev', [minio], release({})), output('prod', [], release({}))];
    expect(delta(from, to).groups.backends).toMatchObject([
      { of: 'object storage', from: { served: 'MinIO' }, to: { served: 'S3', objects: [] } },
    ]);
    expect(delta(from, output('prod', [])).groups.backends).toMatchObject([{ to: { served: 'nothing' } }]);
  });

  it('is none where both are served by the same thing, whose fields are compared', () => {
    const more = serving('postgres', 'StatefulSet', 'fair/postgres', { replicas: 2, volumeClaimTemplates: claims });
    expect(objects([server], [more])).toMatchObject(
      only('scale', { of: 'StatefulSet fair/postgres', label: 'replicas', path: 'spec.replicas', from: 1, to: 2 }),
    );
  });
});

describe('drift', () => {
  it('is a difference that no environment decides', () => {
    const [from, to] = [['--fast'], ['--slow']].map((args) => workload('Deployment', container({ args })));
    const path = 'spec.template.spec.containers[main].args';
    const difference = { of: 'Deployment fair/api', path, from: ['--fast'], to: ['--slow'] };
    expect(objects([from as Manifest], [to as Manifest])).toMatchObject({ groups: {}, drift: [difference] });
  });

  it('is an object that only one has, unless environments decide that', () => {
    expect(objects([workload('Deployment', {})], [])).toMatchObject({
      groups: {},
      drift: [{ of: 'Deployment fair/api', from: 'present' }],
    });
  });

  it('is none where it is declared, with the reason', () => {
    const declared = [
      { between: ['prod', 'dev'], of: 'Deployment *', group: 'releases', because: 'only developers need it' },
    ] as const;
    expect(delta(output('dev', [workload('Deployment', {})]), output('prod'), declared)).toMatchObject({
      groups: { releases: [{ of: 'Deployment fair/api', from: 'present', because: 'only developers need it' }] },
      drift: [],
    });
  });
});

describe('no difference is', () => {
  it('the name of a namespace, nor what names it', () => {
    const side = (name: string) =>
      output(
        name,
        [
          namespace(name, 'fair'),
          object('Service', `${name}/api`, { spec: { externalName: `db.${name}.svc.cluster.local` } }),
          object('RoleBinding', `${name}/api`, {
            subjects: [{ kind: 'ServiceAccount', name: 'api', namespace: name }],
          }),
        ],
        release({ hosts: `mlflow.${name},mlflow.${name}:*` }, { namespace: name }),
      );
    expect(delta(side('fair'), side('fair-prod'))).toEqual({
      from: 'fair',
      to: 'fair-prod',
      namespaces: [{ stack: 'fair', from: 'fair', to: 'fair-prod' }],
      groups: {},
      drift: [],
    });
  });

  it('but another host in a renamed namespace is one, as it is', () => {
    const side = (name: string, host: string) =>
      output(name, [namespace(name, 'fair')], release({ database: { host } }));
    expect(delta(side('a', 'one.a.svc'), side('b', 'two.b.svc')).groups.backends).toMatchObject([
      { from: 'one.a.svc', to: 'two.b.svc' },
    ]);
  });

  it('but namespaces of different stacks, or several of one, are different things', () => {
    expect(objects([namespace('a', 'one')], [namespace('b', 'two')]).namespaces).toEqual([]);
    expect(objects([namespace('a', 'one')], [namespace('b', 'one'), namespace('c', 'one')]).namespaces).toEqual([]);
  });

  it('a hash in the name of a Job, nor what waits for it', () => {
    const side = (hash: string) =>
      output(
        'x',
        [object('Job', `fair/init-${hash}`)],
        release({}, { database: { databases: { resource: `job/init-${hash}` } } }),
      );
    expect(delta(side('0123abcd'), side('89abcdef'))).toMatchObject({ groups: {}, drift: [] });
  });

  it('a checksum, a version label, or what holds nothing else', () => {
    const annotated = release({
      kept: 1,
      podAnnotations: { 'checksum/credentials': 'a' },
      labels: { 'app.kubernetes.io/version': '1' },
    });
    expect(files(annotated, release({ kept: 1 }))).toMatchObject({ groups: {}, drift: [] });
  });

  it('the order of objects, fields and named entries', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const one = [workload('Deployment', container({ env, image: 'a:1' })), object('Job', 'fair/x')];
    const two = [object('Job', 'fair/x'), workload('Deployment', container({ image: 'a:1', env: [...env].reverse() }))];
    expect(objects(one, two)).toMatchObject({ groups: {}, drift: [] });
  });

  it('but the order of other lists is one', () => {
    const [from, to] = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((args) => workload('Deployment', container({ args })));
    expect(objects([from as Manifest], [to as Manifest]).drift).toHaveLength(1);
  });
});

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
          spec,
        )
        .map(([kind, space, name, application, fields]) => serving(application, kind, `${space}/${name}`, fields)),
      fc
        .tuple(fc.constantFrom('one', 'two', 'three'), fc.constantFrom('s', 't'))
        .map(([name, stack]) => namespace(name, stack)),
    ),
    { selector: ({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`, maxLength: 8 },
  );
  const documents = fc.record({
    'releases.yaml': fc.record({
      mlflow: fc.record({
        enabled: fc.boolean(),
        version: fc.constantFrom('1', '2'),
        namespace: fc.constantFrom('one', 'two'),
      }),
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
