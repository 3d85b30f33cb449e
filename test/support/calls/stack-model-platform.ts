import * as kit from '../../../lib';
import * as modelDoor from '../../../lib/stacks/model-platform';
import { type Call, construct } from './call';
import { entry, hostPort, opened, stack, stackProps } from './stacks';
import { PLAIN, type Taste } from './taste';
import * as values from './values';

const modelServer = (t: Taste) => ({
  port: t.maybe(t.number(8001)),
  user: t.maybe(values.podUser(t)),
  health: t.maybe({
    path: t.text('/health'),
    readyPath: t.text('/ready'),
    startupPath: t.text('/start'),
    startupTimeout: values.seconds(t, 300),
    readiness: values.timing(t),
    liveness: { failureThreshold: t.number(20) },
  }),
  modelCache: t.maybe({ path: t.text('/models'), sizeLimit: values.size(t) }),
  downloadSecret: t.maybe(new kit.SecretRef(t.text('download'))),
});
const wholeServer = (t: Taste) => ({
  ...modelServer(t),
  image: values.image(t),
  imagePullPolicy: t.maybe(t.one('IfNotPresent' as const, 'Never' as const)),
  registry: { host: t.text('registry.other.svc'), port: t.number(8000), url: t.text('http://registry.other.svc:8000') },
});
const modelSpec = (t: Taste) => ({
  modelName: t.text('iris'),
  modelVersion: t.number(1),
  replicas: t.maybe(t.number(2)),
  environment: t.maybe(t.one('development' as const, 'production' as const)),
  resources: t.maybe({
    requests: { cpu: values.cpu(t), memory: values.size(t) },
    limits: { cpu: values.cpu(t, 500), memory: values.size(t, 512) },
  }),
  autoscaling: t.maybe({
    minReplicas: t.number(1),
    maxReplicas: t.number(5),
    targetCPUUtilizationPercentage: t.number(70),
  }),
});
const store = (t: Taste) => ({
  storage: values.size(t),
  storageClassName: t.text('fast'),
  resources: values.resources(t),
});
const platform = (t: Taste) => ({
  ...stackProps(t),
  podSecurity: t.maybe(t.one('restricted' as const, 'baseline' as const)),
  images: t.maybe({
    api: values.image(t),
    operator: values.image(t),
    inferenceServer: values.image(t),
    pullPolicy: t.maybe(t.one('IfNotPresent' as const, 'Never' as const)),
  }),
  registry: t.maybe({ replicas: t.number(2), resources: values.resources(t), environment: t.text('development') }),
  server: t.maybe(modelServer(t)),
  nodePorts: t.maybe({ registry: hostPort(t, 30_800), console: hostPort(t, 30_901) }),
  postgres: t.maybe(store(t)),
  minio: t.maybe(store(t)),
});
const operator = (t: Taste) => ({
  operator: { replicas: t.number(2), resources: values.resources(t), namespaces: t.list(t.text('stack-models')) },
});

/** Constructors and functions of the door of the model platform, by their names there. */
export const modelPlatform: Readonly<Record<string, Call>> = {
  ModelPlatformStack: stack((t) => ({
    ...platform(t),
    clients: t.maybe([{ name: t.text('web'), namespace: t.text('web'), servers: t.list(t.text('minio')) }]),
    credentials: kit.localCredentials(),
    serving: t.maybe(operator(t)),
  })),
  modelPlatform: entry((t) => ({
    credentials: kit.localCredentials(),
    customize: () => {},
    serving: t.one(
      { externalOperator: { command: t.list(t.text('run')), env: values.env(t), resources: values.resources(t) } },
      { deployments: [{ ...modelSpec(t), name: t.text('iris') }] },
    ),
  })),
  modelPlatformNodePorts: {
    args: (_, t) => ({ props: { nodePorts: { registry: hostPort(t, 30_800), console: hostPort(t, 30_901) } } }),
  },
  ModelDeployment: construct((t) => ({ ...modelSpec(t), name: t.text('iris'), labels: t.maybe(values.labels(t)) })),
  ModelDeploymentCrd: { args: (scope) => ({ scope, id: 'call' }) },
  modelDeploymentObjects: {
    args: (_, t) => ({
      resource: {
        metadata: { name: t.text('iris'), namespace: t.text('models'), uid: t.text('1') },
        spec: { modelName: t.text('iris'), modelVersion: t.number(1), replicas: t.number(1) },
      },
      server: wholeServer(t),
    }),
  },
  ModelDeploymentWorkload: construct((t) => ({ ...modelSpec(t), name: t.text('iris'), server: wholeServer(t) })),
  ModelRegistry: construct((t) => ({
    name: t.maybe(t.text('api')),
    image: values.image(t),
    imagePullPolicy: t.maybe(t.one('IfNotPresent', 'Never')),
    replicas: t.maybe(t.number(2)),
    database: values.databaseConnection(t),
    databaseUrl: values.secretKey(t),
    models: opened(t),
    environment: t.maybe(t.text('development')),
    nodePort: t.maybe(t.number(30_800)),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  MlOperator: construct((t) => ({
    name: t.maybe(t.text('operator')),
    image: values.image(t),
    command: t.maybe(t.list(t.text('run'))),
    imagePullPolicy: t.maybe(t.one('IfNotPresent', 'Never')),
    serviceAccountName: t.text('operator'),
    env: t.maybe(values.env(t)),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  ModelNamespace: stack((t) => ({
    namespace: t.text('models'),
    network: t.one('declared', 'any'),
    server: wholeServer(t),
  })),
  ModelOperator: construct((t, chart) => ({
    image: values.image(t),
    imagePullPolicy: t.maybe(t.one('IfNotPresent', 'Never')),
    server: wholeServer(t),
    namespaces: [
      new modelDoor.ModelNamespace(chart.node.root, 'models', { namespace: 'models', server: wholeServer(PLAIN) }),
    ],
    replicas: t.maybe(t.number(2)),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  modelServerJson: { args: (_, t) => ({ server: wholeServer(t) }) },
  parseModelServer: {
    args: (_, t) => ({ text: modelDoor.modelServerJson(wholeServer(t)), path: t.text('server.json') }),
  },
};
