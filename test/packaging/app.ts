// What another team would write in a repository of its own: a database and an object store for a catalogue, with
// Secrets that exist already. The tests run it as it stands, and from projects of every kind that import the package.
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { bucketUri, ConfigMap, LimitRange, Minio, Namespace, Postgres, patch, SecretRef } from '../../lib';

const app = new App();
const chart = new Chart(app, 'catalogue', { namespace: 'catalogue' });
new Namespace(chart, 'namespace', { name: 'catalogue' });
new LimitRange(chart, 'limits', {
  name: 'defaults',
  defaultRequest: { cpu: Cpu.millis(50), memory: Size.mebibytes(64) },
});

const postgres = new Postgres(chart, 'postgres', {
  superuser: { username: 'admin', password: new SecretRef('postgres-admin').key('password') },
  databases: [
    {
      name: 'catalogue',
      owner: 'catalogue',
      extensions: ['postgis'],
      password: new SecretRef('catalogue-db').key('password'),
    },
  ],
  storage: Size.gibibytes(20),
});
const access = new SecretRef('minio-access');
const minio = new Minio(chart, 'minio', {
  buckets: ['items'],
  credentials: { accessKeyId: access.key('user'), secretAccessKey: access.key('password') },
});
patch(minio.service, { op: 'add', path: '/metadata/annotations', value: { 'example.org/owner': 'catalogue' } });

const database = postgres.connection('catalogue');
new ConfigMap(chart, 'client', {
  name: 'catalogue-client',
  data: {
    DATABASE: `${database.username}@${database.host}:${database.port}/${database.database}`,
    ITEMS: bucketUri(minio.bucket('items')),
  },
});
app.synth();
