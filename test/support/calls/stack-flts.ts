import { App, Duration } from 'cdk8s';
import * as kit from '../../../lib';
import * as fltsDoor from '../../../lib/stacks/flts';
import { type Call, construct } from './call';
import { closed, entry, hostPort, opened, resources, stack, stackProps } from './stacks';
import { PLAIN, type Taste } from './taste';
import * as values from './values';

const program = (t: Taste) => ({
  image: values.image(t),
  imagePullPolicy: t.maybe(t.one('IfNotPresent' as const, 'Never' as const)),
  resources: values.resources(t),
  nodePool: t.maybe(values.nodePool(t)),
});
const settings = (t: Taste) => t.maybe({ [t.text('LOG_LEVEL')]: t.text('info') });
const gateway = (t: Taste) => ({
  host: t.text('gateway.other.svc'),
  port: t.number(8000),
  url: t.text('http://gateway.other.svc:8000'),
});
const tracking = (t: Taste) => ({ server: gateway(t), artifacts: opened(t) });
const consumer = (t: Taste) => ({
  bootstrapServers: t.text('kafka.other.svc:9092'),
  groupId: t.text('group'),
  topics: t.list(t.text('data')) as [string],
  members: t.number(1),
});
const sample = (t: Taste) => ({
  trainRows: t.number(50),
  testRows: t.number(30),
  strategy: t.maybe(t.one('head' as const, 'random' as const)),
  seed: t.maybe(t.number(45)),
});
const profile = (t: Taste): fltsDoor.FltsProfile => ({
  kafka: { brokers: t.one(1, 3), storage: values.size(t), ...resources(t) },
  minio: { storage: values.size(t), ...resources(t) },
  postgres: { storage: values.size(t), ...resources(t) },
  mlflow: { workers: t.number(1), ...resources(t) },
  gateway: resources(t),
  preprocess: { sample: sample(t), ...resources(t) },
  networks: { replicas: t.number(1), epochs: t.number(5), ...resources(t) },
  prophet: { replicas: t.number(1), ...resources(t) },
  evaluator: resources(t),
  inference: { replicas: { minReplicas: t.number(2), maxReplicas: t.number(3) }, ...resources(t) },
  loadBalancer: { replicas: t.number(1), ...resources(t) },
  worker: resources(t),
  prometheus: {
    storage: { type: t.one('scratch', 'claim'), size: values.size(t, 2048) },
    retention: Duration.days(7),
    ...resources(t),
  },
  kafkaExporter: resources(t),
  grafana: { storage: values.size(t), ...resources(t) },
  loadTest: {
    workers: t.number(2),
    resources: { master: closed(values.resources(t)), worker: closed(values.resources(t)) },
  },
});
const exposed = (t: Taste, nodePort: number) => t.maybe(hostPort(t, nodePort));
const network = (t: Taste) => ({
  epochs: t.maybe(t.number(5)),
  hiddenSize: t.maybe(t.number(128)),
  layers: t.maybe(t.number(2)),
  inputLength: t.maybe(t.number(10)),
  outputLength: t.maybe(t.number(1)),
  batchSize: t.maybe(t.number(64)),
  learningRate: t.maybe(t.number(0.001)),
});
const inferenceProgram = (t: Taste) => ({
  gateway: gateway(t),
  tracking: tracking(t),
  consumer: consumer(t),
  topics: { data: t.text('data'), trained: t.text('trained'), promoted: t.text('promoted') },
  producerTopic: t.text('forecasts'),
  buckets: { promotion: t.text('promotion'), logs: t.text('logs'), processed: t.text('processed') },
  identifier: t.text('default'),
});

/** Constructors and functions of the door of the FLTS pipeline, by their names there. */
export const flts: Readonly<Record<string, Call>> = {
  FltsStack: stack((t) => ({
    ...stackProps(t),
    clients: t.maybe([{ name: t.text('web'), namespace: t.text('web'), servers: t.list(t.text('mlflow')) }]),
    credentials: kit.localCredentials(),
    profile: profile(t),
    images: t.maybe({
      repository: t.text('registry.example.org/flts'),
      tag: t.text('1.0.0'),
      pullPolicy: t.one('Never', 'Always'),
    }),
    identifier: t.maybe(t.text('default')),
    dataset: t.maybe(t.text('PobleSec')),
    run: t.maybe(t.text('1')),
    models: t.maybe({
      gru: network(t),
      lstm: network(t),
      prophet: { outputLength: t.number(1), changepoints: t.number(50), country: t.text('US') },
    }),
    settings: t.maybe({
      preprocess: settings(t),
      networks: settings(t),
      prophet: settings(t),
      evaluator: settings(t),
      inference: settings(t),
    }),
    storageClassName: t.maybe(t.text('fast')),
    eda: t.maybe(true),
    exposure: t.maybe({
      mlflow: exposed(t, 30_500),
      inference: exposed(t, 30_080),
      console: exposed(t, 30_902),
      grafana: exposed(t, 30_300),
      loadTest: exposed(t, 30_089),
    }),
    loadTest: true,
    observability: t.maybe({ type: t.one('prometheus'), dashboards: [] }),
    clusterDomain: t.maybe(t.text('cluster.local')),
    nodePool: t.maybe(values.nodePool(t)),
    trainingPool: t.maybe(values.nodePool(t)),
    servingPool: t.maybe(values.nodePool(t)),
  })),
  flts: entry((t) => ({
    credentials: kit.localCredentials(),
    customize: () => {},
    profile: closed(fltsDoor.FLTS_SMALL),
    observability: {
      type: t.one('operator'),
      labels: values.labels(t),
      dashboardLabels: values.labels(t),
      prometheus: { namespace: t.text('monitoring'), selector: values.labels(t) },
    },
  })),
  fltsChartValues: {
    args: () => {
      const exposure = { mlflow: hostPort(PLAIN, 30_500), inference: hostPort(PLAIN, 30_080) };
      const props = { profile: fltsDoor.FLTS_SMALL, exposure };
      const others = { credentials: kit.existingSecrets(), images: { tag: '1.0.0' }, loadTest: true };
      const other = (changes: Partial<fltsDoor.FltsStackProps>) =>
        new fltsDoor.FltsStack(new App(), 'stack', { ...others, ...props, ...changes });
      return { stack: other({}), props: closed(props), other };
    },
    slow: true,
  },
  promotionPointer: { args: (_, t) => ({ gateway: gateway(t), bucket: t.text('promotion') }) },
  Eda: construct((t) => ({ ...program(t), name: t.maybe(t.text('eda')), gateway: gateway(t) })),
  Evaluator: construct((t) => ({
    ...program(t),
    name: t.maybe(t.text('eval')),
    settings: settings(t),
    gateway: gateway(t),
    tracking: tracking(t),
    consumer: consumer(t),
    topics: { selected: t.text('selected'), failed: t.text('failed') },
    promotionBucket: t.text('promotion'),
    expectedModels: t.list('GRU', 'PROPHET'),
    identifier: t.text('default'),
  })),
  InferenceWorker: construct((t) => ({
    ...program(t),
    name: t.maybe(t.text('worker')),
    settings: settings(t),
    program: inferenceProgram(t),
    liveness: t.maybe(kit.execProbe(t.list('true'), values.timing(t))),
  })),
  Preprocess: construct((t) => ({
    ...program(t),
    name: t.maybe(t.text('preprocess')),
    settings: settings(t),
    gateway: gateway(t),
    kafka: { bootstrapServers: t.text('kafka.other.svc:9092') },
    topics: { training: t.text('training'), inference: t.text('inference') },
    buckets: { input: t.text('dataset'), output: t.text('processed') },
    identifier: t.text('default'),
    dataset: t.maybe(t.text('PobleSec')),
    sample: t.maybe(sample(t)),
    run: t.maybe(t.text('1')),
  })),
  PromotionRollout: construct((t, chart) => ({
    name: t.maybe(t.text('rollout')),
    serviceAccountName: t.text('rollout'),
    target: new kit.Deployment(chart, 'target', {
      identity: values.identity(PLAIN),
      pod: { containers: [values.container(PLAIN)], securityContext: { user: 1000 } },
    }),
    pointer: t.text('http://gateway.other.svc:8000/download/promotion/current.json'),
    image: t.maybe(values.image(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  S3Gateway: construct((t) => ({ ...program(t), name: t.maybe(t.text('gateway')), store: opened(t) })),
  Trainer: construct((t) => ({
    ...program(t),
    settings: settings(t),
    model: t.one<fltsDoor.TrainedModel>(
      { type: 'GRU', ...network(t), epochs: t.number(5) },
      { type: 'PROPHET', outputLength: t.number(1), changepoints: t.number(50), country: t.text('US') },
    ),
    gateway: gateway(t),
    tracking: tracking(t),
    consumer: consumer(t),
    producerTopic: t.text('trained'),
    identifier: t.text('default'),
    liveness: t.maybe(kit.execProbe(t.list('true'), values.timing(t))),
  })),
};
