import type { DeclaredDifference } from '../lib/platform';

/** Where a variable of a container is. */
const variable = (container: string, name: string) => `spec.template.spec.containers[${container}].env[${name}].value`;

const BETWEEN = ['dev', 'prod'] as const;

function meant(
  of: string,
  path: string,
  because: string,
  group: DeclaredDifference['group'] = 'scale',
): DeclaredDifference {
  return { between: BETWEEN, of, path, group, because };
}

/** What one of them has alone. */
function alone(group: DeclaredDifference['group'], because: string, ...objects: string[]): DeclaredDifference[] {
  return objects.map((of) => ({ between: BETWEEN, of, group, because }));
}

const identifier = 'the data of production has a name of its own';
const sample = 'production reads other rows of the dataset';
const copies = 'three brokers keep three copies';

/**
 * Differences between environments that are meant although they are none that an environment's configuration is there
 * to decide: what sets the pipeline of production apart. `npm run delta` lists every other one as drift.
 */
export const differences: readonly DeclaredDifference[] = [
  meant('Deployment flts/*', variable('*', 'IDENTIFIER'), identifier),
  meant('Job flts/preprocess', variable('preprocess', 'IDENTIFIER'), identifier),
  meant('Job flts/preprocess', variable('preprocess', 'SAMPLE_SEED'), sample),
  meant('Job flts/preprocess', variable('preprocess', 'SAMPLE_TEST_ROWS'), sample),
  meant('Deployment flts/train-*', variable('*', 'EPOCHS'), 'production trains until a model is good'),
  meant('Deployment flts/mlflow', 'spec.template.spec.containers[mlflow].command', 'MLflow has two processes'),
  meant(
    'Job flts/kafka-topics',
    'spec.template.spec.containers[create-topics].command',
    'the training data has a partition for each pod of a trainer',
  ),
  meant('Job flts/kafka-topics', variable('create-topics', 'REPLICATION_FACTOR'), copies),
  meant('ConfigMap flts/kafka-config', 'data["server.properties"]', copies),
  meant('ConfigMap flts/inference-lb-config', 'data["haproxy.cfg"]', 'the load balancer has room for more servers'),
  meant(
    'StatefulSet flts/kafka',
    variable('kafka', 'KAFKA_HEAP_OPTS'),
    'the heap of a broker is half of its memory',
    'resources',
  ),
  meant('ConfigMap flts/prometheus-config', 'data["rules.yml"]', 'three brokers are missed, and not one'),
  meant('ConfigMap flts/grafana-dashboards', 'data["flts-pipeline.json"]', 'three brokers are missed, and not one'),
  ...['containers[mlflow]', 'initContainers[migrate]'].map((container) =>
    meant(
      'Deployment flts/mlflow',
      `spec.template.spec.${container}.env[MLFLOW_SERVER_ALLOWED_HOSTS].value`,
      'MLflow has a host name',
      'exposure',
    ),
  ),
  ...alone(
    'storage',
    'samples and users outlive the pods of production',
    ...['prometheus', 'grafana'].flatMap((name) => [
      `Deployment flts/${name}`,
      `StatefulSet flts/${name}`,
      `Service flts/${name}-headless`,
    ]),
  ),
  ...alone(
    'exposure',
    'nobody puts production under load',
    'ConfigMap flts/locust-config',
    'Deployment flts/locust',
    'Deployment flts/locust-worker',
    'Service flts/locust',
    'Service flts/locust-external',
  ),
];
