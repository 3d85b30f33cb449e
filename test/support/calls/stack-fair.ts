import { Cron, Duration } from 'cdk8s';
import * as kit from '../../../lib';
import type { Call } from './call';
import { closed, entry, opened, resources, stack, stackProps } from './stacks';
import { PLAIN, type Taste } from './taste';
import * as values from './values';

/** Nodes for all steps of pipelines. */
const STEPS = new kit.NodePool({
  ...values.nodePoolProps(PLAIN),
  name: 'steps',
  labels: { 'fair.dev/training': 'true', 'fair.dev/inference': 'true' },
  selector: {},
  taints: [],
});
const ingress = (t: Taste) => ({
  host: t.text('api.example.org'),
  ingressClassName: t.text('nginx'),
  tlsSecretName: t.maybe(t.text('api-tls')),
  usersSecretName: t.maybe(t.text('api-users')),
  annotations: t.maybe(values.annotations(t)),
});
const pool = (t: Taste) => ({ pool: t.number(5), overflow: t.number(2) });
const charts = (t: Taste) => ({
  stac: {
    title: t.text('A'),
    description: t.text('It'),
    transactions: true,
    workers: t.number(2),
    connections: { min: t.number(1), max: t.number(3) },
    ...resources(t),
    autoscaling: { minReplicas: t.number(1), maxReplicas: t.number(3), averageUtilization: t.number(70) },
    migrationResources: closed(values.resources(t)),
    chart: { ...kit.charts.eoapi },
    ingress: ingress(t),
    values: {},
  },
  mlflow: {
    ingress: ingress(t),
    proxiedArtifacts: true,
    allowedHosts: t.list(t.text('mlflow.example.org')),
    replicas: t.number(1),
    workers: t.number(2),
    connections: pool(t),
    ...resources(t),
    image: values.image(t),
    values: {},
  },
  zenml: {
    chart: { ...kit.charts.zenml },
    ingress: ingress(t),
    loginLifetime: values.seconds(t, 3600),
    connections: pool(t),
    autoActivate: true,
    debug: true,
    replicas: t.number(1),
    ...resources(t),
    migrationResources: closed(values.resources(t)),
    values: {},
  },
});
const databaseName = (t: Taste, name: string) => ({ name: t.text(name), owner: t.text(name) });
const item = () => ({
  id: 'a',
  type: 'Feature',
  stac_extensions: ['https://stac-extensions.github.io/mlm/v1.4.0/schema.json'],
  properties: {
    'mlm:name': 'a',
    'mlm:architecture': 'a',
    'mlm:tasks': ['classification'],
    'mlm:input': [],
    'mlm:output': [],
    'mlm:accelerator': 'cuda',
  },
  assets: { model: { roles: ['mlm:model'], 'mlm:artifact_type': 'a' } },
});

/** Constructors and functions of the door of fAIr, by their names there. */
export const fair: Readonly<Record<string, Call>> = {
  FairStack: stack((t) => ({
    ...stackProps(t),
    clients: t.maybe([{ name: t.text('web'), namespace: t.text('web'), servers: t.list(t.text('minio')) }]),
    credentials: kit.localCredentials(),
    database: t.maybe({
      type: t.one('StatefulSet'),
      image: values.image(t),
      storage: values.size(t),
      storageClassName: t.text('fast'),
      ...resources(t),
      maxConnections: t.number(300),
    }),
    objectStore: t.maybe({
      type: t.one('MinIO'),
      image: values.image(t),
      clientImage: values.image(t),
      storage: values.size(t),
      storageClassName: t.text('fast'),
      ...resources(t),
    }),
    databaseNames: t.maybe({
      zenml: databaseName(t, 'zenml'),
      stac: databaseName(t, 'stac'),
      mlflow: databaseName(t, 'mlflow'),
      mlflowAuth: databaseName(t, 'mlflow_auth'),
    }),
    extraDatabases: t.maybe([{ ...databaseName(t, 'labels'), extensions: t.list(t.text('postgis')), pgstac: true }]),
    extraBuckets: t.maybe(t.list(t.text('more'))),
    mlflowUsers: true,
    zenmlKeys: false,
    charts: charts(t),
    pipelineAccount: true,
    nodePool: t.maybe(values.nodePool(t)),
  })),
  fair: entry((t) => ({
    credentials: kit.existingSecrets(),
    customize: () => {},
    localPorts: { zenml: t.number(8080), stac: t.number(8082), minio: t.number(9000), mlflow: t.number(5000) },
    pipelines: {
      name: t.text('k8s'),
      namespace: t.text('pipelines'),
      context: t.text('kind'),
      pools: [STEPS],
      selector: { 'fair.dev/training': t.text('true') },
      labelDomain: t.text('fair.dev'),
      orchestratorPool: STEPS,
      sharedMemory: values.size(t),
      registry: { uri: t.text('ghcr.io/hotosm'), flavor: t.one('github') },
      mlflowLoginSecret: t.text('mlflow'),
    },
    database: {
      type: t.one('CloudNativePG'),
      clusters: [
        {
          name: t.text('db'),
          databases: t.list('zenml', 'stac', 'mlflow'),
          backupSchedule: Cron.daily(),
          instances: t.number(3),
          storage: values.size(t, 2048),
          storageClassName: t.text('fast'),
          ...resources(t),
          podMonitor: true,
        },
      ],
      backups: {
        bucket: { bucket: t.text('backups'), region: t.text('eu-west-1') },
        retention: Duration.days(7),
        ...resources(t),
      },
    },
    objectStore: {
      type: t.one('S3'),
      endpoint: t.text('https://s3.example.org'),
      region: t.text('eu-west-1'),
      buckets: {
        data: { bucket: t.text('data'), path: t.text('a') },
        mlflow: { bucket: t.text('mlflow') },
        zenml: { bucket: t.text('zenml') },
      },
    },
  })),
  PipelineStack: stack((t) => ({
    namespace: t.text('pipelines'),
    network: t.maybe(t.one('declared', 'any')),
    artifacts: opened(t),
    servers: t.list({ host: t.text('zenml.other.svc'), port: t.number(80) }),
    artifactsNamespace: t.text('fair'),
    credentials: kit.localCredentials(),
  })),
  workloadLabel: { args: (_, t) => ({ domain: t.text('fair.dev'), workload: t.one('training', 'inference') }) },
  schedulingFromStacItem: {
    args: (_, t) => ({
      item: item(),
      props: {
        workload: t.one('training', 'inference'),
        pools: [STEPS],
        labelDomain: t.text('fair.dev'),
        resources: values.resources(t),
        asset: t.text('model'),
        forceCpu: true,
      },
    }),
  },
};
