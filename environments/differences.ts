import type { DeclaredDifference } from '../lib/platform';

const of = (about: string, because: string, names: string | readonly string[], ...fields: string[]) => ({
  about,
  of: names,
  ...(fields.length > 0 && { fields }),
  because,
});

/** Variables of any container of a workload. */
const variables = (...names: string[]) => names.map((name) => `spec.template.spec.*ontainers[*].env[${name}]`);

const DATABASES = 'Databases and buckets';
const NAMES = 'Names and texts';
const ZENML = 'document zenml/*';

/** What any two environments may decide differently, beside what those of any platform do. */
const any: readonly DeclaredDifference[] = [
  of(DATABASES, 'each has its databases', 'Job fair/postgres-databases', '*.containers', '*.volumes'),
  of(DATABASES, 'each has its databases', 'ConfigMap fair/postgres-init', 'data'),
  of(DATABASES, 'each has its buckets', 'Job fair/minio-buckets', '*.command'),
  of('Nodes and placement', 'the pods of models have nodes', 'ConfigMap ml-platform/ml-operator-server', 'data'),
  of(NAMES, 'an environment says which it is', 'release fair/stac', '*.STAC_FASTAPI_*'),
  of(NAMES, 'a ZenML stack is called after its environment', ZENML, 'stack_name', '*.name', '*.kubernetes_context'),
  of('Security', 'users of MLflow', 'release fair/mlflow', 'values.auth', 'values.initImages.iniFileInitializer'),
  of('Security', 'users of MLflow', ZENML, '*.tracking_username', '*.tracking_password'),
];

const BACKEND = 'CloudNativePG and S3, where others have a StatefulSet and MinIO';
const OUTLIVES = 'samples and users outlive the pods';
const BROKERS = 'three brokers keep three copies, and are missed';

/** What an environment has otherwise than the others. One that is not here is not compared with any. */
const own: Readonly<Record<string, readonly DeclaredDifference[]>> = {
  dev: [],
  ci: [],
  prod: [
    of(DATABASES, BACKEND, ['Cluster *', 'Database *', 'ScheduledBackup *', 'ObjectStore *', 'PodMonitor fair/*']),
    of(DATABASES, BACKEND, ['* fair/postgres*', '* fair/minio*']),
    of(DATABASES, BACKEND, 'release fair/*', 'database', 'waitFor', 'values.artifactRoot', 'values.*.database'),
    of(
      DATABASES,
      BACKEND,
      'release fair/mlflow',
      '*.postgres.host',
      '*.AWS_DEFAULT_REGION',
      '*.MLFLOW_S3_ENDPOINT_URL',
    ),
    of(DATABASES, BACKEND, ZENML, 'components.artifact_store.configuration', '*.env[AWS_ENDPOINT_URL]'),
    of('Exposure', 'it has host names', 'release fair/*', '*.MLFLOW_SERVER_*', '*.serverURL'),
    of(
      'Exposure',
      'it has host names',
      'Deployment flts/mlflow',
      ...variables('MLFLOW_SERVER_ALLOWED_HOSTS', 'MLFLOW_SERVER_CORS_ALLOWED_ORIGINS'),
    ),
    of('Exposure', 'the console has no node port', 'Service flts/minio-console-external'),
    of('Exposure', 'production is not put under load', '* flts/locust*'),
    of('Security', 'writing requires a login', 'release fair/stac', '*.ENABLE_TRANSACTIONS_EXTENSIONS'),
    of(
      'Security',
      'the first user is made by hand',
      'release fair/zenml',
      'values.zenml.auth',
      'values.zenml.environment*',
    ),
    of('Security', 'pipelines have accounts of their own', ZENML, '*.step_pod_service_account_name'),
    of('Security', 'pipelines have a namespace without databases', '* fair-zenml-pipelines'),
    of(
      'Nodes and placement',
      'pipelines have nodes and a namespace of their own',
      ZENML,
      '*.node_selectors*',
      '*_namespace',
    ),
    of(
      'Storage',
      OUTLIVES,
      ['Deployment', 'StatefulSet', 'Service'].flatMap((kind) => [`${kind} flts/prometheus*`, `${kind} flts/grafana*`]),
    ),
    of('Resources', 'a migration takes what the server takes', 'release fair/zenml', 'values.resourcesMigrationPod'),
    of(
      'Resources',
      'the heap of a broker is half of its memory',
      'StatefulSet flts/kafka',
      ...variables('KAFKA_HEAP_OPTS'),
    ),
    of('Scale', 'MLflow has two processes', 'Deployment flts/mlflow', 'spec.template.spec.containers[mlflow].command'),
    of(
      'Scale',
      'a topic has a partition for each pod that reads it',
      'Job flts/kafka-topics',
      '*containers[*].command',
    ),
    of('Scale', BROKERS, 'StatefulSet flts/kafka', '*.lifecycle'),
    of('Scale', 'three brokers wait for a quorum', 'StatefulSet flts/kafka', '*Probe', ...variables('BROKERS')),
    of('Scale', BROKERS, 'Job flts/kafka-topics', ...variables('REPLICATION_FACTOR')),
    of(
      'Scale',
      BROKERS,
      ['kafka', 'prometheus'].map((name) => `ConfigMap flts/${name}-config`),
      'data',
    ),
    of('Scale', BROKERS, 'ConfigMap flts/grafana-dashboards', 'data'),
    of('Scale', 'the load balancer has room for more servers', 'ConfigMap flts/inference-lb-config', 'data'),
    of('Data and training', 'the data of production has a name of its own', '* flts/*', ...variables('IDENTIFIER')),
    of(
      'Data and training',
      'it reads other rows',
      'Job flts/preprocess',
      ...variables('SAMPLE_SEED', 'SAMPLE_TEST_ROWS'),
    ),
    of('Data and training', 'it trains until a model is good', 'Deployment flts/train-*', ...variables('EPOCHS')),
    of('Stacks, releases and images', 'images come from another registry', ZENML, '*.flavor', 'zenml_version'),
    of('Stacks, releases and images', 'the image of MLflow', 'release fair/mlflow', 'values.initImages'),
    of('Stacks, releases and images', 'it logs less', 'release fair/zenml', 'values.zenml.debug'),
    of('Stacks, releases and images', 'pipelines run in the cluster', 'document zenml/local.yaml'),
  ],
};

/** The environments that are compared with each other: whatever is declared by neither of two fails. */
export const compared: readonly string[] = Object.keys(own);

/**
 * Differences between two environments that are meant, beside those that environments of any platform have. `npm run
 * delta` lists every other one as drift.
 */
export function differences(...environments: readonly string[]): readonly DeclaredDifference[] {
  return [...any, ...environments.flatMap((name) => own[name] ?? [])];
}
