import { Chart, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Kafka } from '../../../lib/components/data/kafka';
import { Minio } from '../../../lib/components/data/minio';
import { Postgres } from '../../../lib/components/data/postgres';
import { topic } from '../../../lib/components/data/topic';
import { localCredentials } from '../../../lib/components/secrets/sources';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import { bucket, database, http, type Use } from '../../../lib/kube/pods/uses';
import { isolate } from '../../../lib/workloads/network-policy';
import { type Endpoint, lets } from '../../support/network-evaluator';
import { resources } from '../../support/samples';
import { find, type Manifest, synth, testChart } from '../../support/synth';

const service = { image: 'example.org/server:1.0.0', user: { user: 1000 }, resources };

/** Stores and the server `embedder` in one namespace, the server `tagger` in another. */
function platform(isolated: boolean, usesOf: (all: Stores) => readonly Use[]) {
  const chart = testChart({ local: true });
  const other = new Chart(chart.node.root, 'tags', { namespace: 'tags' });
  if (isolated) for (const namespace of [chart, other]) isolate(namespace);
  const all = stores(chart, other);
  new InferenceService(chart, 'embedder', { ...service, name: 'embedder', uses: usesOf(all) });
  return synth(chart);
}

function stores(chart: Chart, other: Chart) {
  const secret = localCredentials().provide(chart, {
    name: 'keys',
    readers: ['everybody'],
    keys: { password: { meaning: 'password', local: 'p' } },
  });
  const password = secret.key('password');
  const pg = new Postgres(chart, 'postgres', {
    superuser: { username: 'postgres', password },
    databases: [{ name: 'labels', owner: 'labeler', password }],
  });
  const minio = new Minio(chart, 'minio', {
    buckets: ['images'],
    credentials: { accessKeyId: password, secretAccessKey: password },
  });
  const kafka = new Kafka(chart, 'kafka', { brokers: 1, storage: Size.gibibytes(1), topics: [{ name: 'pictures' }] });
  const group = kafka.consumers({ groupId: 'embedder', topics: ['pictures'], members: 1 });
  const tagger = new InferenceService(other, 'tagger', { ...service, name: 'tagger' }).connection;
  return { pg, minio, group, tagger };
}

type Stores = ReturnType<typeof stores>;

const everything = ({ pg, minio, group, tagger }: Stores) => [
  database(pg.connection('labels'), { wait: true }),
  bucket(minio.bucket('images'), { wait: true }),
  topic(group, { wait: true }),
  http(tagger, 'TAGGER_URL', { wait: true }),
];

/** The servers, by the kind and name of what they run in, and their ports. */
const SERVERS = [
  ['StatefulSet', 'postgres', 5432],
  ['StatefulSet', 'minio', 9000],
  ['StatefulSet', 'kafka', 9092],
  ['Deployment', 'tagger-deploy', 8080],
] as const;

function endpoint(objects: readonly Manifest[], kind: string, name: string): Endpoint {
  const { metadata, spec } = find(objects, kind, name);
  return { ip: '10.0.0.1', namespace: metadata.namespace, labels: spec.template.metadata.labels };
}

function reached(objects: readonly Manifest[]): string[] {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const label = (name: string) => ({ 'kubernetes.io/metadata.name': name });
  const cluster = { policies, namespaces: { demo: label('demo'), tags: label('tags') } };
  const from = endpoint(objects, 'Deployment', 'embedder-deploy');
  return SERVERS.filter(([kind, name, port]) => lets(cluster, from, endpoint(objects, kind, name), { port })).map(
    ([, name]) => name,
  );
}

describe('a server in an isolated namespace', () => {
  it('reaches the database, the bucket, the brokers and the server that it uses', () => {
    expect(reached(platform(true, everything))).toEqual(SERVERS.map(([, name]) => name));
  });

  it.each(SERVERS.map(([, name], index) => ({ name, index })))(
    'reaches nothing but $name where it uses that',
    ({ name, index }) => {
      expect(reached(platform(true, (all) => everything(all).slice(index, index + 1)))).toEqual([name]);
    },
  );

  it('reaches nothing where it uses nothing', () => {
    expect(reached(platform(true, () => []))).toEqual([]);
  });

  it('has the variables of all of them, and waits for all of them, in this order', () => {
    const { initContainers, containers } = find(platform(true, everything), 'Deployment', 'embedder-deploy').spec
      .template.spec;
    expect(initContainers.map(({ name }: Manifest) => name)).toEqual([
      'wait-for-database',
      'wait-for-bucket',
      'wait-for-topics',
      'wait-for-tagger-url',
    ]);
    expect(containers[0].env.map(({ name, value }: Manifest) => [name, value])).toEqual([
      ['PGHOST', 'postgres.demo.svc'],
      ['PGPORT', '5432'],
      ['PGDATABASE', 'labels'],
      ['PGUSER', 'labeler'],
      ['PGPASSWORD', undefined],
      ['AWS_ACCESS_KEY_ID', undefined],
      ['AWS_SECRET_ACCESS_KEY', undefined],
      ['AWS_ENDPOINT_URL', 'http://minio.demo.svc:9000'],
      ['AWS_REGION', 'us-east-1'],
      ['AWS_DEFAULT_REGION', 'us-east-1'],
      ['BUCKET_NAME', 'images'],
      ['KAFKA_BOOTSTRAP_SERVERS', 'kafka.demo.svc:9092'],
      ['KAFKA_GROUP_ID', 'embedder'],
      ['KAFKA_TOPICS', 'pictures'],
      ['TAGGER_URL', 'http://tagger-svc.tags.svc:8080'],
    ]);
  });
});

it('a server in a namespace that is not isolated has the same variables, and no policy', () => {
  const open = platform(false, everything);
  const env = (objects: readonly Manifest[]) =>
    find(objects, 'Deployment', 'embedder-deploy').spec.template.spec.containers[0].env;
  expect(env(open)).toEqual(env(platform(true, everything)));
  expect(open.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
});
