import { Cron, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { PostgresCluster } from '../../../../lib/components/data/cnpg/cluster';
import type { PostgresClusterProps } from '../../../../lib/components/data/cnpg/cluster-props';
import { nodePool } from '../../../support/samples';
import { expectEachPropToMatter, find, synth, testChart } from '../../../support/synth';
import { database, minimal } from './samples';

const address = { host: 's3.amazonaws.com', port: 443 };
const pool = nodePool({ taints: [{ key: 'databases', value: 'true', effect: 'NoSchedule' }] });
const all: Required<PostgresClusterProps> = {
  name: 'models',
  description: 'Models',
  image: 'ghcr.io/cloudnative-pg/postgresql:17.10-202608031108-standard-trixie',
  databases: [database('models', { pgstac: true }), database('labels')],
  instances: 3,
  storage: Size.gibibytes(50),
  walStorage: Size.gibibytes(20),
  storageClassName: 'fast',
  resources: {
    requests: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
    limits: { memory: Size.gibibytes(4) },
  },
  idleInTransactionTimeout: Duration.seconds(60),
  parameters: { max_connections: '200' },
  backups: { store: { name: 'backups', roleArn: 'arn:aws:iam::123456789012:role/a', address }, schedule: Cron.daily() },
  podMonitor: true,
  nodePool: pool,
};

describe('a cluster with minimal props', () => {
  const objects = render(minimal);

  it('is one instance, and a database that can be changed later', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Cluster db',
      'Database db-labels',
    ]);
    expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['demo', 'demo']);
  });

  it('is bootstrapped with its first database, whose owner is no superuser', () => {
    const { spec } = find(objects, 'Cluster');
    expect(spec).toEqual({
      instances: 1,
      imageName: expect.stringMatching(/^ghcr\.io\/cloudnative-pg\/postgis:18\.[\d.]+-[\d.]+-\d{12}-standard-trixie$/),
      primaryUpdateStrategy: 'unsupervised',
      enablePDB: false,
      postgresql: {},
      bootstrap: { initdb: { database: 'labels', owner: 'labels', secret: { name: 'labels-db' } } },
      managed: {
        roles: [
          {
            name: 'labels',
            ensure: 'present',
            login: true,
            connectionLimit: -1,
            inherit: true,
            passwordSecret: { name: 'labels-db' },
          },
        ],
      },
      storage: { size: '10Gi' },
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
      affinity: {
        enablePodAntiAffinity: true,
        podAntiAffinityType: 'preferred',
        topologyKey: 'topology.kubernetes.io/zone',
      },
    });
  });

  it('is reached at its primary, as the owner of the database', () => {
    const cluster = new PostgresCluster(testChart(), 'db', minimal);
    expect(cluster.connection('labels')).toEqual({
      host: 'db-rw.demo.svc',
      port: 5432,
      database: 'labels',
      username: 'labels',
      password: { secret: expect.objectContaining({ name: 'labels-db' }), key: 'password' },
    });
    expect(() => cluster.connection('other')).toThrow("demo/db: 'database' must be one of 'labels', got 'other'");
  });
});

describe('a cluster with all props', () => {
  const objects = render(all);
  const { spec } = find(objects, 'Cluster');

  it('has each of them', () => {
    expect(spec).toMatchObject({
      description: 'Models',
      instances: 3,
      imageName: all.image,
      postgresql: { parameters: { idle_in_transaction_session_timeout: '60s', max_connections: '200' } },
      storage: { size: '50Gi', storageClass: 'fast' },
      walStorage: { size: '20Gi', storageClass: 'fast' },
      resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '4Gi' } },
      affinity: { nodeSelector: pool.selector, tolerations: pool.tolerations },
      plugins: [
        {
          name: 'barman-cloud.cloudnative-pg.io',
          enabled: true,
          isWALArchiver: true,
          parameters: { barmanObjectName: 'backups' },
        },
      ],
      serviceAccountTemplate: {
        metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/a' } },
      },
    });
    expectEachPropToMatter<PostgresClusterProps>(render, all, {
      ...minimal,
      description: 'Labels',
      image: 'ghcr.io/cloudnative-pg/postgresql:18.6-202608170814-standard-trixie',
      instances: 1,
      walStorage: Size.gibibytes(10),
      storageClassName: 'slow',
      resources: { requests: { cpu: Cpu.units(1), memory: Size.gibibytes(2) }, limits: { memory: Size.gibibytes(3) } },
      idleInTransactionTimeout: Duration.seconds(30),
      parameters: {},
      backups: { store: { name: 'other', address }, schedule: Cron.weekly() },
      podMonitor: false,
      nodePool: nodePool(),
    });
  });

  it('lets the owner of a database of pgstac run its migration, without a superuser', () => {
    expect(spec.managed.roles[0]).toMatchObject({
      name: 'models',
      createrole: true,
      inRoles: ['pgstac_admin', 'pgstac_read', 'pgstac_ingest'],
    });
    expect(spec.managed.roles[1]).not.toHaveProperty('createrole');
    expect(spec.bootstrap.initdb.postInitApplicationSQL).toContain('ALTER ROLE "models" CREATEROLE;');
  });

  it('keeps owners out of the databases of each other', () => {
    expect(spec.postgresql.pg_hba).toEqual([
      'host "models" "models" all scram-sha-256',
      'host "models" all all reject',
      'host "labels" "labels" all scram-sha-256',
      'host "labels" all all reject',
    ]);
  });

  it('takes images from the registry of the environment, with its pull Secrets', () => {
    const images = { registry: 'registry.example.org/mirror', pullSecrets: ['pull'] };
    const chart = testChart({ images });
    new PostgresCluster(chart, 'db', minimal);
    const written = find(synth(chart), 'Cluster').spec;
    expect(written.imageName).toMatch(/^registry\.example\.org\/mirror\/cloudnative-pg\/postgis:/);
    expect(written.imagePullSecrets).toEqual([{ name: 'pull' }]);
  });
});

it.each([
  [1, false],
  [2, true],
  [3, true],
])(
  '%d instances have a disruption budget: %s, for one alone would keep its node from being drained',
  (instances, budget) => {
    expect(find(render({ ...minimal, instances }), 'Cluster').spec.enablePDB).toBe(budget);
  },
);

describe('a cluster', () => {
  it.each<[string, Partial<PostgresClusterProps>, string]>([
    [
      'a name that no Service can have',
      { name: '1db' },
      "demo/db: 'name' must be a DNS label that starts with a letter",
    ],
    [
      'a name that is too long',
      { name: 'a'.repeat(51) },
      "demo/db: 'name' must have at most 50 characters, as CloudNativePG asks",
    ],
    ['no instance', { instances: 0 }, "demo/db: 'instances' must be a whole number from 1, got 0"],
    ['half an instance', { instances: 1.5 }, "demo/db: 'instances' must be a whole number from 1, got 1.5"],
    ['no storage', { storage: Size.gibibytes(0) }, "demo/db: 'storage' must be a positive whole number of KiB"],
    [
      'an owner that the operator has for itself',
      { databases: [database('a', { owner: 'streaming_replica' })] },
      "demo/db: 'databases[0].owner' must be another name than 'streaming_replica' and 'cnpg_pooler_pgbouncer', which are the operator's own, got 'streaming_replica'",
    ],
    [
      'an owner that is the superuser',
      { databases: [database('a', { owner: 'postgres' })] },
      "demo/db: 'databases[0].owner' must be another role than the server's superuser, got 'postgres'",
    ],
    [
      'a password under another key than the operator reads',
      { databases: [database('a', { password: { ...database('a').password, key: 'secret' } })] },
      "demo/db: 'databases[0].password' must be the key 'password' of its Secret, which the operator reads, got 'secret'",
    ],
    [
      'an owner that pg_hba.conf cannot quote',
      { databases: [database('a'), database('b', { owner: 'b"' })] },
      `demo/db: 'databases[1].owner' must have no '"' and no line break beside other databases: pg_hba.conf cannot quote them, got 'b"'`,
    ],
    [
      'more than a node has',
      {
        nodePool: nodePool(),
        resources: {
          requests: { cpu: Cpu.units(5), memory: Size.gibibytes(1) },
          limits: { memory: Size.gibibytes(1) },
        },
      },
      "demo/db: 'resources.requests.cpu' must be at most the 4 of a node of pool 'general'",
    ],
    ['an image that is not pinned', { image: 'postgres' }, "demo/db: 'image' must be pinned by a tag"],
  ])('fails with %s', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(message);
  });
});

function render(props: PostgresClusterProps) {
  const chart = testChart();
  new PostgresCluster(chart, 'db', props);
  return synth(chart);
}
