import { type Chart, Cron, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import * as kit from '../../../lib';
import type { Taste } from './taste';
import * as values from './values';

/** A call of a constructor or a function of the library. */
export interface Call {
  /** Its arguments, by their names. */
  readonly args: (chart: Chart, t: Taste) => Readonly<Record<string, unknown>>;
  /** What is done with its result. */
  readonly after?: (result: never, chart: Chart, t: Taste) => void;
}

const GPU_NODES: kit.NodePoolProps = {
  name: 'gpu',
  labels: { gpu: 'yes' },
  nodes: { min: 0, max: 6 },
  capacity: { cpu: Cpu.units(8), memory: Size.gibibytes(32) },
  gpus: { count: 2, runtimeClassName: 'nvidia' },
};

/** Every constructor and function of the first door, by its name there; `Volume.claim` is a static one. */
export const calls: Readonly<Record<string, Call>> = {
  BackupStore: construct((t) => ({
    name: t.text('backups'),
    bucket: values.bucketConnection(t),
    retention: Duration.days(Math.abs(t.number(30)) || 0),
    resources: t.maybe(values.resources(t)),
  })),
  ConfigMap: construct((t) => ({
    name: t.text('config'),
    labels: t.maybe(values.labels(t)),
    data: { [t.text('a.txt')]: t.text('some text'), 'b.txt': t.text('other') },
  })),
  Deployment: construct((t) => ({
    identity: values.identity(t),
    pod: values.pod(t),
    replicas: t.maybe(t.number(2)),
    strategy: t.maybe(values.strategy(t)),
    progressDeadline: t.maybe(values.seconds(t, 600)),
  })),
  ExternalSecret: construct((t) => ({
    store: { name: t.text('store'), kind: t.maybe(t.one('SecretStore', 'ClusterSecretStore')) },
    entry: ({ name, key }: kit.StoredKey) => ({ key: name, property: key }),
    refreshInterval: t.maybe(values.seconds(t, 3600)),
    spec: values.secretSpec(t),
  })),
  Haproxy: construct((t, chart) => ({
    name: t.text('balancer'),
    image: t.maybe(values.image(t)),
    servers: {
      identity: backed(chart, t),
      port: t.number(8080),
      portName: t.text('http'),
      readyPath: t.text('/health'),
      replicas: { minReplicas: t.number(1), maxReplicas: t.number(4) },
      strategy: values.strategy(t),
    },
    requestTimeout: t.maybe(values.seconds(t, 60)),
    paths: t.maybe([t.text('/predict')]),
    maxConnections: t.maybe(t.number(1000)),
    clusterDomain: t.maybe(t.text('cluster.local')),
    statsPassword: t.maybe(values.secretKey(t)),
    replicas: t.maybe(t.number(2)),
    resources: t.maybe(values.resources(t)),
    exposure: t.maybe(values.exposure(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  HorizontalPodAutoscaler: construct((t, chart) => ({
    name: t.text('api'),
    target: new kit.Deployment(chart, 'target', {
      identity: values.identity(t),
      pod: values.pod(t),
      replicas: { minReplicas: t.number(1), maxReplicas: t.number(5) },
    }),
    metrics: t.list(
      { type: t.one('cpu', 'memory'), averageUtilization: t.number(60) },
      { type: 'pods', name: t.text('queue'), averageValue: t.number(10) },
    ),
    behavior: t.maybe({
      scaleUp: t.maybe({
        stabilizationWindow: t.maybe(values.seconds(t)),
        policies: t.maybe(t.list({ type: t.one('Pods', 'Percent'), value: t.number(1), period: values.seconds(t) })),
      }),
      scaleDown: t.maybe({ stabilizationWindow: t.maybe(values.seconds(t)) }),
    }),
  })),
  HttpRoute: construct((t) => ({ name: t.text('api'), backend: values.backend(t), ...values.routeOptions(t) })),
  InferenceService: construct((t) => ({
    name: t.text('embedder'),
    image: values.image(t),
    imagePullPolicy: t.maybe(t.one('Always', 'IfNotPresent', 'Never')),
    command: t.maybe(t.list(t.text('serve'))),
    args: t.maybe(t.list(t.text('--all'))),
    port: t.maybe(t.number(8080)),
    metricsPort: t.maybe(t.number(9090)),
    user: values.podUser(t),
    resources: values.resources(t),
    config: t.maybe({ [t.text('LEVEL')]: t.text('info') }),
    env: t.maybe(values.env(t)),
    health: t.maybe({
      path: t.maybe(t.text('/health')),
      readyPath: t.maybe(t.text('/ready')),
      startupPath: t.maybe(t.text('/start')),
      startupTimeout: t.maybe(values.seconds(t, 300)),
      readiness: t.maybe(values.timing(t)),
      liveness: t.maybe({ failureThreshold: t.number(20) }),
    }),
    modelCache: t.maybe(
      t.one<kit.ModelCache>(
        { path: t.text('/models'), sizeLimit: values.size(t) },
        { path: t.text('/models'), claimName: t.text('models'), accessMode: t.one('ReadWriteMany', 'ReadOnlyMany') },
      ),
    ),
    mounts: t.maybe(t.list(values.mount(t))),
    replicas: t.maybe(
      t.one<number | kit.Autoscaling>({ minReplicas: t.number(1), maxReplicas: t.number(4) }, t.number(2)),
    ),
    strategy: t.maybe(values.strategy(t)),
    disruptionBudget: t.maybe(t.one({ maxUnavailable: values.podCount(t) }, { minAvailable: values.podCount(t) })),
    ...t.one(
      { nodePool: new kit.NodePool(GPU_NODES), gpu: { count: t.number(1) } },
      { nodePool: values.nodePool(t) },
      {},
    ),
    exposure: t.maybe(values.exposure(t)),
    podLabels: t.maybe(values.labels(t)),
    podAnnotations: t.maybe(values.annotations(t)),
    serviceAccountName: t.maybe(t.text('server')),
    preStop: t.maybe(t.list(t.text('sleep'))),
    terminationGracePeriod: t.maybe(values.seconds(t)),
  })),
  Ingress: construct((t) => ({ name: t.text('api'), backend: values.backend(t), ...values.ingressOptions(t) })),
  Job: construct((t) => ({
    identity: values.identity(t),
    pod: values.pod(t),
    backoffLimit: t.maybe(t.number(3)),
    activeDeadline: t.maybe(values.seconds(t)),
  })),
  Kafka: construct((t) => ({
    name: t.maybe(t.text('kafka')),
    image: t.maybe(values.image(t)),
    brokers: t.maybe(t.one(1, 3, 5)),
    topics: t.list({
      name: t.text('events'),
      partitions: t.maybe(t.number(3)),
      config: t.maybe({ [t.text('retention.ms')]: t.text('1000') }),
    }),
    properties: t.maybe({ [t.text('log.retention.hours')]: t.text('48') }),
    storage: t.maybe(values.size(t)),
    storageClassName: t.maybe(t.text('fast')),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  KarpenterNodePool: construct((t) => ({
    nodePool: values.nodePool(t),
    nodeClass: t.text('default'),
    instanceFamilies: t.list(t.text('m7i')),
    instanceCpus: t.list(t.number(8)),
    capacityTypes: t.list('spot', 'on-demand'),
    emptyFor: values.seconds(t, 300),
  })),
  LimitRange: construct((t) => ({
    name: t.text('defaults'),
    defaultRequest: { cpu: values.cpu(t), memory: values.size(t) },
    defaultLimit: t.maybe({ cpu: values.cpu(t, 200), memory: values.size(t, 512) }),
  })),
  LocalSecret: construct((t) => ({
    name: t.text('keys'),
    data: { [t.text('password')]: t.text('local'), 'tls.crt': t.text('a'), 'tls.key': 'b' },
    type: t.maybe(t.text('kubernetes.io/tls')),
    labels: t.maybe(values.labels(t)),
  })),
  Locust: construct((t) => ({
    name: t.maybe(t.text('locust')),
    image: t.maybe(values.image(t)),
    locustfile: t.text('import locust\n'),
    target: { host: t.text('api'), port: t.number(80), url: t.text('http://api.example.org') },
    env: t.maybe(values.env(t)),
    workers: t.maybe(t.number(2)),
    run: t.maybe({ users: t.number(10), spawnRate: t.maybe(t.number(1)), duration: t.maybe(values.seconds(t, 60)) }),
    resources: t.maybe({ master: values.resources(t), worker: values.resources(t) }),
    exposure: t.maybe(values.exposure(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  MetricsService: construct((t, chart) => ({
    name: t.text('api'),
    identity: backed(chart, t),
    port: t.number(9090),
    portName: t.maybe(t.text('metrics')),
    path: t.maybe(t.text('/metrics')),
  })),
  Minio: construct((t) => ({
    name: t.maybe(t.text('minio')),
    image: t.maybe(values.image(t)),
    clientImage: t.maybe(values.image(t)),
    buckets: t.list(t.text('images')),
    credentials: values.credentials(t),
    storage: t.maybe(values.size(t)),
    storageClassName: t.maybe(t.text('fast')),
    resources: t.maybe(values.resources(t)),
    consoleNodePort: t.maybe(t.number(30_001)),
    publicMetrics: t.maybe(true),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  MlflowServer: construct((t) => ({
    name: t.maybe(t.text('mlflow')),
    image: values.image(t),
    imagePullPolicy: t.maybe(t.one('Always', 'IfNotPresent', 'Never')),
    user: t.maybe(t.number(1000)),
    database: values.databaseConnection(t),
    artifacts: values.bucketConnection(t),
    workers: t.maybe(t.number(2)),
    allowedHosts: t.maybe(t.list(t.text('mlflow.example.org'))),
    resources: t.maybe(values.resources(t)),
    exposure: t.maybe(values.exposure(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  Namespace: construct((t) => ({
    name: t.text('labels'),
    podSecurity: t.maybe(t.one('privileged', 'baseline', 'restricted')),
    podSecurityWarning: t.maybe(t.one('privileged', 'baseline', 'restricted')),
    labels: t.maybe(values.labels(t)),
  })),
  PodDisruptionBudget: construct((t, chart) => ({
    name: t.text('api'),
    target: new kit.Deployment(chart, 'target', {
      identity: values.identity(t),
      pod: values.pod(t),
      replicas: t.number(3),
    }),
    budget: t.one({ minAvailable: values.podCount(t) }, { maxUnavailable: values.podCount(t) }),
    unhealthyPodEvictionPolicy: t.maybe(t.one('AlwaysAllow', 'IfHealthyBudget')),
  })),
  Postgres: construct((t) => ({
    name: t.maybe(t.text('postgres')),
    image: t.maybe(values.image(t)),
    superuser: { username: t.text('postgres'), password: values.secretKey(t) },
    databases: t.list(values.database(t)),
    storage: t.maybe(values.size(t)),
    storageClassName: t.maybe(t.text('fast')),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  PostgresCluster: construct((t) => ({
    name: t.text('db'),
    description: t.maybe(t.text('of labels')),
    image: t.maybe(values.image(t)),
    databases: t.list(values.database(t)),
    instances: t.maybe(t.number(3)),
    storage: values.size(t),
    walStorage: t.maybe(values.size(t)),
    storageClassName: t.maybe(t.text('fast')),
    resources: t.maybe(values.resources(t)),
    idleInTransactionTimeout: t.maybe(values.seconds(t)),
    parameters: t.maybe({ [t.text('max_connections')]: t.text('100') }),
    backups: t.maybe({
      store: {
        name: t.text('backups'),
        roleArn: t.maybe(t.text('arn:aws:iam::123456789012:role/backups')),
        address: { host: t.text('s3.example.org'), port: t.number(443) },
      },
      schedule: Cron.daily(),
    }),
    podMonitor: t.maybe(true),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  ResourceQuota: construct((t) => ({
    name: t.text('quota'),
    requests: t.maybe({ cpu: t.maybe(values.cpu(t)), memory: t.maybe(values.size(t)) }),
    limits: t.maybe({ cpu: t.maybe(values.cpu(t)), memory: t.maybe(values.size(t)) }),
    extendedRequests: t.maybe({ [t.text('nvidia.com/gpu')]: t.number(2) }),
    pods: t.maybe(t.number(10)),
    otherPods: t.maybe([
      { name: t.text('shell'), count: t.maybe(t.number(0)), resources: t.maybe(values.resources(t)) },
    ]),
  })),
  RuntimeClass: construct((t) => ({ name: t.text('nvidia'), handler: t.maybe(t.text('nvidia')) })),
  SealedSecret: construct((t) => ({
    spec: { name: t.text('keys'), readers: [], keys: { password: { meaning: t.text('what opens it') } } },
    encryptedData: { password: t.text(SEALED) },
    scope: t.maybe(t.one('strict', 'namespace-wide', 'cluster-wide')),
  })),
  Service: construct((t, chart) => ({
    name: t.text('api'),
    identity: backed(chart, t),
    ports: t.list({
      name: t.text('http'),
      port: t.number(80),
      targetPort: t.maybe(t.text('http')),
      nodePort: t.maybe(t.number(30_080)),
    }),
    exposure: t.maybe(values.exposure(t)),
    headless: t.maybe(false),
    publishNotReadyAddresses: t.maybe(true),
  })),
  ServiceAccount: construct((t) => ({
    name: t.text('server'),
    rules: t.maybe(t.list(values.accessRule(t))),
    clusterRules: t.maybe(t.list(values.accessRule(t))),
    automountServiceAccountToken: t.maybe(true),
    annotations: t.maybe(values.annotations(t)),
  })),
  StatefulSet: construct((t) => {
    const name = t.text('data');
    const container = { ...values.container(t), mounts: [{ volume: kit.Volume.claimTemplate(name), path: '/data' }] };
    return {
      identity: values.identity(t),
      serviceName: t.text('api'),
      replicas: t.maybe(t.number(2)),
      podManagementPolicy: t.maybe(t.one('OrderedReady', 'Parallel')),
      pod: { ...values.pod(t), containers: [container] },
      claims: t.list({ name, size: values.size(t), storageClassName: t.maybe(t.text('fast')) }),
    };
  }),
  StorageClass: construct((t) => ({
    name: t.text('fast'),
    provisioner: t.text('ebs.csi.aws.com'),
    parameters: t.maybe({ [t.text('type')]: t.text('gp3') }),
    reclaimPolicy: t.one('Retain', 'Delete'),
    allowVolumeExpansion: t.maybe(true),
  })),

  // Values.
  NodePool: { args: (_, t) => ({ props: values.nodePoolProps(t) }) },
  SecretRef: { args: (_, t) => ({ name: t.text('keys'), checksum: t.maybe(t.text('abc')) }) },
  InvalidPropError: { args: (_, t) => ({ location: t.text('a'), prop: t.text('b'), allowed: 'be c', got: 1 }) },
  'PodCount.absolute': { args: (_, t) => ({ pods: t.number(1) }) },
  'PodCount.percent': { args: (_, t) => ({ percent: t.number(25) }) },
  'Volume.scratch': {
    args: (_, t) => ({ name: t.text('tmp'), options: { sizeLimit: t.maybe(values.size(t)), inMemory: t.maybe(true) } }),
    after: mounted,
  },
  'Volume.configMap': {
    args: (_, t) => ({ name: t.text('tmp'), source: { name: t.text('config') }, options: values.configVolume(t) }),
    after: mounted,
  },
  'Volume.secret': {
    args: (_, t) => ({
      name: t.text('tmp'),
      source: new kit.SecretRef(t.text('config')),
      options: values.configVolume(t),
    }),
    after: mounted,
  },
  'Volume.claim': { args: (_, t) => ({ name: t.text('tmp'), claimName: t.text('data') }), after: mounted },
  'Volume.claimTemplate': { args: (_, t) => ({ name: t.text('tmp') }) },
  httpProbe: { args: (_, t) => ({ path: t.text('/health'), port: t.text('http'), timing: values.timing(t) }) },
  tcpProbe: { args: (_, t) => ({ port: t.text('http'), timing: values.timing(t) }) },
  execProbe: { args: (_, t) => ({ command: t.list(t.text('true')), timing: values.timing(t) }) },
  nodePort: { args: (_, t) => ({ nodePort: t.number(30_080) }) },
  accessRules: {
    args: (_, t) => ({
      calls: [{ apiGroup: t.text('apps'), resource: t.text('pods'), verbs: t.list('get'), reason: t.text('it looks') }],
    }),
    after: (rules: readonly kit.AccessRule[], chart, t) =>
      new kit.ServiceAccount(chart, 'after', { name: t.text('server'), rules }),
  },
  ingress: { args: (_, t) => ({ options: values.ingressOptions(t) }), after: routed },
  httpRoute: { args: (_, t) => ({ options: values.routeOptions(t) }), after: routed },

  // Uses.
  database: {
    args: (_, t) => ({ connection: values.databaseConnection(t), options: { wait: values.wait(t) } }),
    after: used,
  },
  bucket: {
    args: (_, t) => ({ connection: values.bucketConnection(t), options: { wait: values.wait(t) } }),
    after: used,
  },
  topic: {
    args: (_, t) => ({
      connection: {
        bootstrapServers: t.text('kafka.example.org:9092'),
        topics: t.maybe(t.list(t.text('events'))),
        groupId: t.maybe(t.text('api')),
      },
      options: { wait: values.wait(t) },
    }),
    after: used,
  },
  http: {
    args: (_, t) => ({
      server: t.text('https://api.example.org'),
      variable: t.text('API_URL'),
      options: { wait: values.wait(t) },
    }),
    after: used,
  },
  mention: {
    args: (_, t) => ({ server: { host: t.text('api'), port: t.number(80) }, reason: t.text('it is shown') }),
    after: used,
  },
  envOf: { args: (_, t) => ({ uses: [kit.http(t.text('https://api.example.org'), t.text('API_URL'))] }) },
  bucketUri: { args: (_, t) => ({ connection: values.bucketConnection(t) }) },
  bucketAddress: { args: (_, t) => ({ connection: values.bucketConnection(t) }) },
  brokerAddress: { args: (_, t) => ({ connection: { bootstrapServers: t.text('kafka.example.org:9092') } }) },

  // Secrets.
  existingSecrets: { args: () => ({}), after: provided },
  localCredentials: { args: () => ({}), after: provided },
  externalSecrets: {
    args: (_, t) => ({ options: { store: { name: t.text('store') }, refreshInterval: t.maybe(values.seconds(t)) } }),
    after: provided,
  },
  sealedSecrets: {
    args: (_, t) => ({ options: { encryptedData: { keys: { password: t.text(SEALED) } }, scope: t.maybe('strict') } }),
    after: provided,
  },
  recordRequiredSecret: {
    args: (scope, t) => ({ scope, secret: { namespace: t.text('calls'), ...values.secretSpec(t) } }),
  },
  requiredSecrets: { args: (scope) => ({ scope }) },

  // Network.
  isolate: { args: (chart) => ({ chart }) },
  connect: {
    args: (scope, t) => ({
      client: isolated(scope, t),
      address: { host: t.text('db.example.org'), port: t.number(80) },
    }),
  },
  allowIngress: {
    args: (scope, t) => ({
      server: isolated(scope, t),
      ports: t.list(t.number(80)),
      from: { namespace: t.text('edge'), selector: t.maybe(values.labels(t)) },
    }),
  },
  allowIngressFromAnywhere: { args: (scope, t) => ({ server: isolated(scope, t), ports: t.list(t.number(80)) }) },
  allowApiServer: { args: (scope, t) => ({ client: isolated(scope, t) }) },
  allowInternetEgress: { args: (scope, t) => ({ client: isolated(scope, t) }) },
  recordServer: {
    args: (scope, t) => ({
      server: {
        host: t.text('api.calls.svc'),
        pods: isolated(scope, t),
        ports: [{ port: t.number(80), podPort: t.number(8080) }],
      },
    }),
  },
  recordExternalServer: {
    args: (scope, t) => ({
      scope,
      server: {
        host: t.text('api.edge.svc'),
        pods: { namespace: t.text('edge'), selector: t.maybe(values.labels(t)) },
        ports: [{ port: t.number(80), podPort: t.number(8080) }],
      },
    }),
    after: (_: undefined, chart, t) => kit.connect(isolated(chart, t), { host: 'api.edge.svc', port: 80 }),
  },

  // The app.
  allowLocalCredentials: { args: (scope) => ({ scope }) },
  setNodePools: { args: (scope, t) => ({ scope, pools: [values.nodePool(t)] }) },
  setImageSettings: {
    args: (scope, t) => ({
      scope,
      settings: {
        registry: t.maybe(t.text('registry.example.org/mirror')),
        pullSecrets: t.maybe(t.list(t.text('pull'))),
      },
    }),
    after: (_: undefined, chart, t) => used(kit.mention({ host: 'a', port: 1 }, 'none'), chart, t),
  },
  notes: { args: (root) => ({ root }) },
  patch: {
    args: (chart, t) => ({
      object: new kit.ConfigMap(chart, 'patched', { name: 'patched', data: { a: 'b' } }),
      operation: { op: 'add', path: '/metadata/labels', value: { team: t.one('maps', 'roads') } },
    }),
  },
};

/** 600 bytes, as `kubeseal --raw` prints them: a ciphertext of RSA with 512 bytes, and that of AES. */
const SEALED = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(598, 7)]).toString('base64');

function construct(props: (t: Taste, chart: Chart) => object): Call {
  return { args: (scope, t) => ({ scope, id: 'call', props: props(t, scope) }) };
}

/** The identity of pods with the ports that Services lead to. */
function backed(chart: Chart, t: Taste): kit.Identity {
  const identity = values.identity(t);
  const container = { ...values.container(t), ports: { http: 8080, metrics: 9090 } };
  new kit.Deployment(chart, 'backed', { identity, pod: { containers: [container], securityContext: { user: 1000 } } });
  return identity;
}

function isolated(scope: Construct, t: Taste) {
  return { scope, name: t.text('api'), selector: { app: 'api', ...values.labels(t) } };
}

function routed(exposure: kit.Exposure, chart: Chart, t: Taste): void {
  const { identity } = server(chart, t);
  new kit.Service(chart, 'routed', { name: t.text('api'), identity, ports: [{ name: 'http', port: 80 }], exposure });
}

function used(use: kit.Use, chart: Chart, t: Taste): void {
  server(chart, t, [use]);
}

function server(chart: Chart, t: Taste, uses: readonly kit.Use[] = []): kit.DeploymentProps {
  const props = { identity: values.identity(t), pod: { ...values.pod(t), uses } };
  new kit.Deployment(chart, 'server', props);
  return props;
}

function mounted(volume: kit.Volume, chart: Chart, t: Taste): void {
  const container = { ...values.container(t), mounts: [{ volume, path: t.text('/data') }] };
  const pod = { containers: [container] as const, securityContext: { user: 1000 } };
  new kit.Deployment(chart, 'server', { identity: values.identity(t), pod });
}

function provided(source: kit.CredentialSource, chart: Chart, t: Taste): void {
  const { name } = source.provide(chart, values.secretSpec(t));
  used(kit.mention({ host: name, port: 1 }, 'none'), chart, t);
}
