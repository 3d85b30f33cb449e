import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import * as kit from '../../../lib';
import { type Call, SEALED } from './call';
import type { Taste } from './taste';
import * as values from './values';

/** Every function and value of the first door, by its name there; `Volume.claim` is a static one. */
export const functions: Readonly<Record<string, Call>> = {
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
  allowIngressFromRoute: {
    args: (scope, t) => ({
      server: isolated(scope, t),
      ports: t.list(t.number(80)),
      type: t.one('Ingress' as const, 'HTTPRoute' as const),
    }),
  },
  allowEverything: { args: (scope, t) => ({ pods: isolated(scope, t) }) },
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
  allowLiteral: { args: (scope, t) => ({ scope, value: t.text('changeme'), reason: t.text('it is public') }) },
  podAdmission: {
    args: (_, t) => ({
      grants: {
        secrets: t.list(t.text('keys')),
        serviceAccounts: t.list(t.text('api')),
        claims: t.maybe(t.list(t.text('cache'))),
      },
    }),
  },
  applyServerSide: { args: (scope) => ({ scope }) },
  setKubernetesVersion: { args: (scope, t) => ({ scope, version: t.one('1.28', '1.30', '1.36') }) },
  setClusterSettings: {
    args: (scope, t) => ({
      scope,
      settings: {
        dnsNamespace: t.maybe(t.text('kube-system')),
        dnsAddresses: t.maybe(t.list('169.254.20.10')),
        apiServerPorts: t.maybe(t.list(t.number(6443))),
        ingressController: t.maybe({ namespace: t.text('ingress-nginx') }),
        gateway: t.maybe({ namespace: t.text('gateway'), selector: t.maybe(values.labels(t)) }),
        monitoring: t.maybe({ namespace: t.text('monitoring') }),
        cloudNativePgNamespace: t.maybe(t.text('cnpg-system')),
        certManagerNamespace: t.maybe(t.text('cert-manager')),
      },
    }),
  },
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
