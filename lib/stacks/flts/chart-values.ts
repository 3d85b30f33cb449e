import { isDeepStrictEqual } from 'node:util';
import { ingress } from '../../components/edge/ingress';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Manifest } from '../../kube/objects/serialization';
import type { ChartField, ChartFieldForm, ChartValue } from '../../platform/helm-chart/chart-value';
import { containers, PARTS, POD, type Written, writtenBy } from './chart-parts';
import { FLTS_PRODUCTION, type FltsProfile } from './profiles';
import type { FltsStack, FltsStackProps } from './stack';

/** The tag is the label `app.kubernetes.io/version`, too. */
const TAG = { pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$', not: { const: 'latest' } };
const TEXTS = { additionalProperties: { type: 'string' } };
const POSITIVE = { minimum: 1 };
const NUMBER = { part: /^(\d+)$/ };

/**
 * What users of a helm chart of the stack can set. The stack has a load test, one broker of Kafka, one worker of MLflow, a
 * Prometheus and a Grafana without claims, node ports of MLflow and of the load balancer, two or more load balancers, and
 * images that have a tag.
 * @param props - of the stack
 * @param other - makes the stack with some of its properties changed
 */
export function fltsChartValues(
  stack: FltsStack,
  props: Pick<FltsStackProps, 'profile' | 'exposure'>,
  other: (changes: Partial<FltsStackProps>) => FltsStack,
): readonly ChartValue[] {
  requireProp(stack?.inference !== undefined, 'fltsChartValues()', 'stack', 'be an FltsStack', stack);
  requireProp(typeof other === 'function', 'fltsChartValues()', 'other', 'be a function', other);
  requireKnownProps('fltsChartValues()', props, 'profile:object exposure?:object', 'props');
  const { profile, exposure = {} } = props;
  const { kafka, mlflow, prometheus, grafana, loadBalancer } = profile;
  const sized = (changes: Partial<FltsProfile>) => other({ profile: { ...profile, ...changes } });
  const { inference: _, ...inside } = exposure;
  const claimOfPrometheus = sized({ prometheus: { ...prometheus, storage: FLTS_PRODUCTION.prometheus.storage } });
  const claimOfGrafana = sized({ grafana: { ...grafana, storage: FLTS_PRODUCTION.grafana.storage } });
  const unexposed = other({ exposure: inside });
  const routed = other({
    exposure: { ...inside, inference: ingress({ host: 'flts.example.org', ingressClassName: 'nginx' }) },
  });
  const all = writtenBy([stack, claimOfPrometheus, claimOfGrafana, routed]);
  const find = (kind: string, name: string): Written => {
    const found = all.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
    requireProp(found !== undefined, stack, 'fltsChartValues()', `be called for a stack with a ${kind}`, name);
    return found;
  };
  const pods = all.filter(({ manifest }) => manifest.spec?.template?.spec?.containers !== undefined);
  const part = (name: string) =>
    pods.filter(({ manifest }) => manifest.spec.template.metadata.labels['app.kubernetes.io/instance'] === name);
  const variable = (name: string, workloads = pods, as?: ChartFieldForm): ChartField[] =>
    containers(workloads).flatMap(({ object, container, path }) => {
      const index = ((container.env ?? []) as Manifest[]).findIndex((entry) => entry.name === name && 'value' in entry);
      return index < 0 ? [] : [{ object, field: `${path}/env/${index}/value`, as }];
    });
  const onPods = (field: string): ChartField[] =>
    pods.map(({ object }) => ({ object, field: `${POD}/${field}`, as: 'optional' }));
  const replicas = (...names: readonly string[]): ChartField[] =>
    names.flatMap(part).map(({ object }) => ({ object, field: '/spec/replicas' }));

  const repository = /^(.+)\/fastapi-app:/.exec(
    part('fastapi-app')[0]?.manifest.spec.template.spec.containers[0].image,
  )?.[1];
  const ours = containers(pods).filter(({ container }) => container.image.startsWith(`${repository}/`));
  const image = (field: string, as?: ChartFieldForm): ChartField[] =>
    ours.map(({ object, path }) => ({ object, field: `${path}/${field}`, as }));
  // The label has the version of the first container.
  const versions = ours
    .filter(({ path }) => path.endsWith('/containers/0'))
    .flatMap(({ object }): ChartField[] => {
      const places = ['/metadata/labels', '/spec/template/metadata/labels'];
      return places.map((place) => ({ object, field: `${place}/app.kubernetes.io~1version` }));
    });

  const resources = Object.entries(PARTS).flatMap(([name, workloads]) =>
    ['requests', 'limits'].flatMap((kind) =>
      ['cpu', 'memory'].map((resource): ChartValue => {
        const first = workloads
          .flatMap(part)
          .map(({ manifest }) => manifest.spec.template.spec.containers[0].resources);
        const alike = containers(workloads.flatMap(part)).filter(({ container }) =>
          isDeepStrictEqual(container.resources, first[0]),
        );
        const sets = alike.map(({ object, path }) => ({ object, field: `${path}/resources/${kind}/${resource}` }));
        const path = `${name}.resources.${kind}.${resource}`;
        return { path, description: `${kind} of a pod`, type: 'quantity', sets };
      }),
    ),
  );
  const claims = ['kafka', 'minio', 'postgres'];
  const claim = (name: string, field: string, as?: ChartFieldForm): ChartField => {
    return { object: find('StatefulSet', name).object, field: `/spec/volumeClaimTemplates/0/spec/${field}`, as };
  };
  const nodePortOf = (name: string): Pick<ChartValue, 'type' | 'schema' | 'sets'> => ({
    type: 'integer',
    schema: { minimum: 30000, maximum: 32767 },
    sets: [{ object: find('Service', name).object, field: '/spec/ports/0/nodePort', as: 'optional' }],
  });
  const count = (path: string, description: string, sets: readonly ChartField[]): ChartValue => {
    return { path, description, sets, type: 'integer', schema: POSITIVE };
  };
  const argument = (name: string, expression: RegExp): ChartField[] =>
    containers(part(name)).flatMap(({ object, container, path }) =>
      ['command', 'args'].flatMap((list) =>
        ((container[list] ?? []) as string[]).flatMap((text, index): ChartField[] =>
          expression.test(text) ? [{ object, field: `${path}/${list}/${index}`, as: { part: expression } }] : [],
        ),
      ),
    );
  const heap = variable('KAFKA_HEAP_OPTS', part('kafka')).flatMap((field): ChartField[] =>
    [/-Xms(\d+)m/, /-Xmx(\d+)m/].map((expression) => ({ ...field, as: { part: expression } })),
  );
  const { object: autoscaler } = find('HorizontalPodAutoscaler', 'inference-hpa');
  const scaler = (field: string): ChartField => ({ object: autoscaler, field: `/spec/${field}` });
  return [
    {
      path: 'images.repository',
      description: 'registry and path of the images of the pipeline',
      sets: image('image', { part: /^(.+)\/[^/:]+:[^:]+$/ }),
    },
    {
      path: 'images.tag',
      description: 'tag of these images',
      schema: TAG,
      sets: [...image('image', 'imageTag'), ...versions],
    },
    {
      path: 'images.pullPolicy',
      description: '`Never` uses images that were loaded into the nodes, `IfNotPresent` pulls them',
      schema: { enum: ['Always', 'IfNotPresent', 'Never'] },
      sets: image('imagePullPolicy'),
    },
    { path: 'identifier', description: 'whose data it is', schema: { minLength: 1 }, sets: variable('IDENTIFIER') },
    {
      path: 'storageClassName',
      description: 'class of all claims; null: that of the cluster. Claims that are there keep theirs',
      type: 'text',
      sets: [...claims, 'prometheus', 'grafana'].map((name) => claim(name, 'storageClassName', 'optional')),
    },
    ...claims.map((name): ChartValue => {
      const description = 'storage of a pod; a StatefulSet that is there keeps its own';
      return {
        path: `${name}.storage`,
        description,
        type: 'quantity',
        sets: [claim(name, 'resources/requests/storage')],
      };
    }),
    {
      path: 'nodeSelector',
      description: 'labels of the nodes of all pods',
      type: 'map',
      schema: TEXTS,
      sets: onPods('nodeSelector'),
    },
    {
      path: 'tolerations',
      description: 'taints of nodes that all pods tolerate',
      type: 'list',
      schema: { items: { type: 'object' } },
      sets: onPods('tolerations'),
    },
    {
      path: 'kafka.quorum',
      description: 'whether there are three brokers, in place of one; it never changes for brokers that run',
      variant: { with: sized({ kafka: { ...kafka, brokers: 3 } }), without: stack },
    },
    {
      path: 'mlflow.twoWorkers',
      description: 'whether MLflow has two workers, in place of one',
      variant: { with: sized({ mlflow: { ...mlflow, workers: 2 } }), without: stack },
    },
    ...Object.entries({ prometheus: claimOfPrometheus, grafana: claimOfGrafana }).map(([name, chart]): ChartValue => {
      const description = 'whether it keeps its data in a claim; what it has when that changes is lost';
      return { path: `${name}.claim`, description, variant: { with: chart, without: stack } };
    }),
    count('kafka.heapMebibytes', 'heap of a broker: half of its memory', heap),
    count('preprocess.trainRows', 'rows that models are trained on', variable('SAMPLE_TRAIN_ROWS', pods, NUMBER)),
    count('preprocess.testRows', 'rows that models are tested on', variable('SAMPLE_TEST_ROWS', pods, NUMBER)),
    {
      path: 'preprocess.seed',
      description: 'seed of the sample',
      type: 'integer',
      sets: variable('SAMPLE_SEED', pods, NUMBER),
    },
    count('trainers.replicas', 'pods of GRU and of LSTM, and partitions of the topic that they share', [
      ...replicas('train-gru', 'train-lstm'),
      ...argument('kafka-topics', /^training-data:(\d+)/),
    ]),
    count('trainers.epochs', 'epochs of GRU and of LSTM', variable('EPOCHS', pods, NUMBER)),
    count('prophet.replicas', 'pods of Prophet', replicas('nonml-prophet')),
    count('inference.minReplicas', 'fewest servers', [scaler('minReplicas')]),
    count('inference.maxReplicas', 'most servers, all of which the load balancer has a place for', [
      scaler('maxReplicas'),
      {
        object: stack.loadBalancer.config,
        field: '/data/haproxy.cfg',
        as: { part: /server-template \S+ 1-(\d+) /, plus: 1 },
      },
    ]),
    count('loadBalancer.replicas', 'load balancers', replicas('inference-lb')),
    {
      path: 'loadBalancer.disruptionBudget',
      description: 'whether one load balancer at a time may be drained: false where there is only one',
      variant: { with: stack, without: sized({ loadBalancer: { ...loadBalancer, replicas: 1 } }) },
    },
    {
      path: 'locust.enabled',
      description: 'whether there is a load test',
      variant: { with: stack, without: other({ loadTest: false }) },
    },
    count('locustWorkers.replicas', 'pods that put the load balancer under load', [
      ...replicas('locust-worker'),
      ...argument('locust', /^--expect-workers=(\d+)$/),
    ]),
    {
      path: 'nodePorts.inference',
      description: 'port of every node that leads to the load balancer',
      ...nodePortOf('inference-lb'),
      variant: { with: stack, without: unexposed },
    },
    {
      path: 'nodePorts.mlflow',
      description: 'port of every node that leads to MLflow, which is unauthenticated',
      ...nodePortOf('mlflow'),
      variant: { with: stack, without: other({ exposure: { inference: exposure.inference } }) },
    },
    {
      path: 'ingress.host',
      description: 'host name of an Ingress that leads to the load balancer; null: there is none',
      type: 'text',
      schema: { minLength: 1 },
      sets: [{ object: find('Ingress', 'inference-lb').object, field: '/spec/rules/0/host' }],
      variant: { with: routed, without: unexposed },
    },
    {
      path: 'ingress.className',
      description: 'class of the Ingress; null: that of the cluster',
      sets: [{ object: find('Ingress', 'inference-lb').object, field: '/spec/ingressClassName', as: 'optional' }],
    },
    ...resources,
  ];
}
