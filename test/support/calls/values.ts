import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import * as kit from '../../../lib';
import type { Taste } from './taste';

/** Values that several calls take. */
export const image = (t: Taste) => t.text('example.org/server:1.2.3');
export const cpu = (t: Taste, documented = 100) => {
  const amount = t.number(documented);
  return t.one(Cpu.millis, Cpu.units)(amount === documented ? documented : amount);
};
export const size = (t: Taste, documented = 256) => Size.mebibytes(positive(t.number(documented)));
export const seconds = (t: Taste, documented = 30) => Duration.seconds(positive(t.number(documented)));
export const labels = (t: Taste) => ({ [t.text('example.org/team')]: t.text('maps') });
export const annotations = (t: Taste) => ({ [t.text('example.org/note')]: t.text('any text') });
export const identity = (t: Taste) => ({ name: t.text('server'), instance: t.text('api'), component: t.text('web') });
export const resources = (t: Taste) => ({
  requests: { cpu: Cpu.millis(positive(t.number(100))), memory: size(t, 64) },
  limits: { cpu: t.maybe(Cpu.millis(positive(t.number(1000)))), memory: size(t, 2048) },
});
export const podUser = (t: Taste) => ({
  user: t.number(1000),
  group: t.maybe(t.number(1000)),
  fsGroup: t.maybe(t.number(1000)),
});
export const secretKey = (t: Taste) => {
  const secret = new kit.SecretRef(t.text('keys'));
  return { secret, key: t.text('password') };
};
export const credentials = (t: Taste) => ({ accessKeyId: secretKey(t), secretAccessKey: secretKey(t) });
export const timing = (t: Taste) => ({
  initialDelay: t.maybe(seconds(t)),
  period: t.maybe(seconds(t)),
  timeout: t.maybe(seconds(t)),
  failureThreshold: t.maybe(t.number(3)),
});
export const probes = (t: Taste, port: string) => ({
  startup: t.maybe(kit.httpProbe(t.text('/health'), port, timing(t))),
  readiness: t.maybe(kit.tcpProbe(port, timing(t))),
  liveness: t.maybe(kit.execProbe(t.list('true'), timing(t))),
});
export const volume = (t: Taste) =>
  t.one(
    () => kit.Volume.scratch(t.text('tmp'), { sizeLimit: t.maybe(size(t)), inMemory: t.maybe(true) }),
    () => kit.Volume.configMap(t.text('config'), { name: t.text('config') }, configVolume(t)),
    () => kit.Volume.secret(t.text('keys'), new kit.SecretRef(t.text('keys')), configVolume(t)),
    () => kit.Volume.claim(t.text('data'), t.text('data')),
  )();
export const configVolume = (t: Taste) => ({
  items: t.maybe([{ key: t.text('a.txt'), path: t.text('a/a.txt') }]),
  defaultMode: t.maybe(t.number(0o444)),
  rollOnChange: t.maybe(true),
});
export const mount = (t: Taste) => ({
  volume: volume(t),
  path: t.text('/data'),
  subPath: t.maybe(t.text('below')),
  readOnly: t.maybe(true),
});
export const env = (t: Taste) => ({ [t.text('LEVEL')]: t.text('info'), PASSWORD: secretKey(t) });
export const container = (t: Taste, port = 'http') => ({
  name: t.text('main'),
  image: image(t),
  imagePullPolicy: t.maybe(t.one('Always' as const, 'IfNotPresent' as const, 'Never' as const)),
  command: t.maybe(t.list(t.text('/bin/server'))),
  args: t.maybe(t.list(t.text('--verbose'))),
  ports: { [port]: t.number(8080) },
  env: t.maybe(env(t)),
  envFrom: t.maybe([t.one({ secret: new kit.SecretRef(t.text('keys')) }, { configMap: { name: t.text('config') } })]),
  resources: resources(t),
  extendedResources: t.maybe({ [t.text('nvidia.com/gpu')]: t.number(1) }),
  probes: t.maybe(probes(t, port)),
  mounts: t.maybe(t.list(mount(t))),
  preStop: t.maybe(t.list(t.text('sleep'), t.text('5'))),
  user: t.maybe(t.number(1000)),
  readOnlyRootFilesystem: t.maybe(true),
});
export const taint = (t: Taste) => ({
  key: t.text('example.org/gpu'),
  value: t.maybe(t.text('yes')),
  effect: t.one('NoSchedule' as const, 'PreferNoSchedule' as const, 'NoExecute' as const),
});
export const nodePoolProps = (t: Taste) => ({
  name: t.text('train'),
  labels: { 'example.org/role': 'train', ...labels(t) },
  selector: t.maybe({ 'example.org/role': 'train' }),
  taints: t.maybe(t.list(taint(t))),
  nodes: t.maybe({ min: t.number(1), max: t.maybe(t.number(3)) }),
  capacity: { cpu: Cpu.units(positive(t.number(8))), memory: size(t, 16_384), pods: t.maybe(t.number(110)) },
  gpus: t.maybe({
    count: t.number(2),
    sharing: t.maybe({ timeSlicing: { replicas: t.number(4), renamed: t.maybe(true) } }),
    runtimeClassName: t.maybe(t.text('nvidia')),
  }),
});
export const nodePool = (t: Taste) => new kit.NodePool(nodePoolProps(t));
export const pod = (t: Taste) => ({
  containers: [container(t)] as const,
  initContainers: t.maybe([
    t.one(
      () => ({ name: t.text('prepare'), image: image(t), resources: resources(t) }),
      () => ({ ...container(t, 'side'), name: 'sidecar', restartPolicy: t.maybe('Always' as const) }),
    )(),
  ]),
  uses: t.maybe([kit.http(t.text('https://api.example.org/v1'), t.text('API_URL'))]),
  securityContext: podUser(t),
  nodePool: t.maybe(nodePool(t)),
  serviceAccountName: t.maybe(t.text('server')),
  automountServiceAccountToken: t.maybe(true),
  terminationGracePeriod: t.maybe(seconds(t)),
  podLabels: t.maybe(labels(t)),
  podAnnotations: t.maybe(annotations(t)),
  priorityClassName: t.maybe(t.text('high')),
  runtimeClassName: t.maybe(t.text('nvidia')),
  topologySpreadConstraints: t.maybe([
    {
      maxSkew: t.number(1),
      topologyKey: t.text('kubernetes.io/hostname'),
      whenUnsatisfiable: t.one('ScheduleAnyway', 'DoNotSchedule'),
      labelSelector: { matchLabels: { a: 'b' } },
    },
  ]),
});
export const podCount = (t: Taste) => t.one(kit.PodCount.absolute, kit.PodCount.percent)(t.number(1));
export const strategy = (t: Taste) =>
  t.one<kit.UpdateStrategy>({ maxSurge: t.maybe(podCount(t)), maxUnavailable: t.maybe(podCount(t)) }, 'Recreate');
export const backend = (t: Taste) => ({ serviceName: t.text('api'), port: t.number(80) });
export const ingressOptions = (t: Taste) => ({
  host: t.text('api.example.org'),
  path: t.maybe(t.text('/v1')),
  ingressClassName: t.maybe(t.text('nginx')),
  tlsSecretName: t.maybe(t.text('api-tls')),
  usersSecretName: t.maybe(t.text('api-users')),
  annotations: t.maybe(annotations(t)),
});
export const routeOptions = (t: Taste) => ({
  gateway: { name: t.text('gateway'), namespace: t.maybe(t.text('edge')), sectionName: t.maybe(t.text('https')) },
  hostnames: t.maybe([t.text('api.example.org')] as [string]),
  path: t.maybe(t.text('/v1')),
  requestTimeout: t.maybe(seconds(t)),
});
export const exposure = (t: Taste) =>
  t.one<() => kit.Exposure>(
    () => kit.nodePort(t.number(30_080)),
    () => kit.ingress(ingressOptions(t)),
    () => kit.httpRoute(routeOptions(t)),
  )();
export const bucketConnection = (t: Taste) => ({
  bucket: t.text('images'),
  path: t.maybe(t.text('team/a')),
  endpoint: t.maybe(t.text('https://s3.example.org')),
  region: t.maybe(t.text('eu-west-1')),
  credentials: t.maybe(credentials(t)),
  roleArn: t.maybe(t.text('arn:aws:iam::123456789012:role/images')),
});
export const databaseConnection = (t: Taste) => ({
  host: t.text('db.example.org'),
  port: t.number(5432),
  database: t.text('labels'),
  username: t.text('labels'),
  password: secretKey(t),
});
export const database = (t: Taste) => ({
  name: t.text('labels'),
  owner: t.text('labels'),
  extensions: t.maybe(t.list(t.text('postgis'))),
  pgstac: t.maybe(true),
  password: secretKey(t),
});
export const secretSpec = (t: Taste) => ({
  name: t.text('keys'),
  readers: [t.text('api')],
  keys: {
    [t.text('password')]: {
      meaning: t.text('what opens it'),
      from: t.maybe({ random: t.number(24) }),
      local: t.text('local'),
    },
    user: { meaning: 'who', value: t.text('api') },
  },
  type: t.maybe(t.one('Opaque', 'kubernetes.io/tls', 'kubernetes.io/basic-auth')),
  labels: t.maybe(labels(t)),
});
export const accessRule = (t: Taste) => ({
  apiGroup: t.text('apps'),
  resources: t.list(t.text('deployments')) as [string],
  resourceNames: t.maybe(t.list(t.text('api')) as [string]),
  verbs: t.list<kit.Verb>('get', 'list') as [kit.Verb],
});
export const wait = (t: Taste) =>
  t.maybe(t.one<boolean | kit.UseWait>(true, { name: t.text('wait'), image: image(t) }));

/** `Size` and `Duration` throw an error of their own below 0. */
function positive(amount: number): number {
  return amount < 0 || Number.isNaN(amount) ? 0 : amount;
}
