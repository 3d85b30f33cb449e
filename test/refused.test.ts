import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it, test } from 'vitest';
import * as kit from '../lib';
import { synth } from '../lib/testing';
import { container, identity, nodePool, pod, resources, webPod } from './support/samples';
import { testChart } from './support/synth';

const key = new kit.SecretRef('keys').key('password');
const credentials = { accessKeyId: key, secretAccessKey: key };
const backend = { serviceName: 'api', port: 80 };
const rule = { apiGroup: '', resources: ['pods'], verbs: ['get'] } as const;

const deployment = (props: Partial<kit.PodProps>) => (chart: Chart) =>
  new kit.Deployment(chart, 'a', { identity, pod: { ...pod, ...props } });
const withContainer = (props: Partial<kit.ContainerProps>) => deployment({ containers: [{ ...container, ...props }] });
const ingress = (props: Partial<kit.IngressProps>) => (chart: Chart) =>
  new kit.Ingress(chart, 'a', { name: 'a', host: 'example.org', backend, ...props });

/** What an API server of 1.28 or 1.36 refuses, and what would end in an error that is none of the library. */
const REFUSED: readonly [string, (chart: Chart) => unknown, string][] = [
  ['a budget of 101 %', budget, "'budget' must be at most 100%"],
  [
    'preStop of an init container',
    deployment({ initContainers: [{ ...container, name: 'i', preStop: ['a'] }] }),
    'preStop',
  ],
  ['a probe without a command', () => kit.execProbe([]), "'command' must name a command"],
  [
    'a restart policy of a container',
    withContainer({ restartPolicy: 'Always' }),
    "restartPolicy' must be given to an init",
  ],
  ['a variable named .', withContainer({ env: { '.': 'a' } }), "'env' must have names"],
  [
    'a resource without a domain',
    withContainer({ extendedResources: { gpu: 1 } }),
    'must have keys of the form domain/name',
  ],
  [
    'a path with /../',
    ingress({ path: '/../a' }),
    "'path' must be at most 1024 characters of a URL's path, without '//'",
  ],
  ['a port 0 of a route', ingress({ backend: { ...backend, port: 0 } }), "'backend.port' must be a port"],
  ['a Service with a colon', ingress({ backend: { ...backend, serviceName: 'a:1' } }), "'backend.serviceName' must be"],
  ['an address as a host', ingress({ host: '10.0.0.1' }), "'host' must be a DNS name and no IP address"],
  ['a quota with a blank', quota({ extendedRequests: { 'nvidia gpu': 1 } }), "'extendedRequests' must have keys"],
  [
    'a runtime without a handler',
    (chart) => new kit.RuntimeClass(chart, 'a', { name: 'a', handler: '' }),
    "'handler' must",
  ],
  [
    'a handler with a dot',
    (chart) => new kit.RuntimeClass(chart, 'a', { name: 'a.b' }),
    "'handler' must be a DNS label",
  ],
  ['a governing Service with a dot', statefulSet, "'serviceName' must be a DNS label"],
  [
    'a selector of pods',
    (chart) => kit.allowApiServer({ scope: chart, name: 'a', selector: { 'a b': '' } }),
    'client.selector',
  ],
  ['a namespace of pods', (chart) => allowFrom(chart, { namespace: 'A' }), "'from.namespace' must be a DNS label"],
  ['a provisioner of 64 letters', storageClass({ provisioner: 'a'.repeat(64) }), "'provisioner' must be of the form"],
  ['a parameter without a name', storageClass({ parameters: { '': 'a' } }), "'parameters' must have keys"],
  ['a rule without resources', account({ ...rule, resources: [] as never }), "'rules.resources' must name a resource"],
  ['a rule without verbs', account({ ...rule, verbs: [] as never }), "'rules.verbs' must name a verb"],
  ['no instance families', (chart) => karpenter(chart), "'instanceFamilies' must name what is allowed"],
  ['a label that Karpenter keeps', karpenterLabels, "'nodePool.labels' must be labels of other domains"],
  ['1e21 cores', quota({ requests: { cpu: Cpu.units(1e21) } }), "'requests.cpu' must be a positive whole number"],
  ['a bucket of a server named xn--a', minio, "'name' must be a DNS label that starts with a letter"],
  ['a label `constructor`', deployment({ podLabels: { constructor: 'a' } }), 'must have names that cdk8s can write'],
  [
    'a key `constructor`',
    (chart) => new kit.ConfigMap(chart, 'a', { name: 'a', data: { constructor: 'a' } }),
    'cdk8s can',
  ],
  ['a namespace kube-system', (chart) => new kit.Namespace(chart, 'a', { name: 'kube-system' }), "start with 'kube-'"],
  [
    'isolate() twice',
    (chart) => [kit.isolate(chart), kit.isolate(chart)],
    "'isolate()' must be called once for a chart",
  ],
  ['settings that come too late', late(kit.setImageSettings), "'setImageSettings()' must be empty: call it before"],
  ['credentials that come too late', late(kit.allowLocalCredentials), "'allowLocalCredentials()' must be empty"],
];

describe('synth', () => {
  it.each(REFUSED)('fails for %s', (_, call, message) => {
    expect(() => call(testChart())).toThrow(message);
  });
});

describe('a node pool', () => {
  const gpuPool = (max: number) =>
    nodePool({ name: 'gpu', labels: { gpu: 'yes' }, nodes: { min: 0, max }, gpus: { count: 1 } });
  const service = (chart: Chart, name: string, props: Partial<kit.InferenceServiceProps>) =>
    new kit.InferenceService(chart, name, {
      name,
      image: 'example.org/a:1',
      user: { user: 1 },
      resources,
      gpu: { count: 1 },
      ...props,
    });

  it('with one GPU has room for one service that needs it', () => {
    const chart = testChart();
    service(chart, 'a', { nodePool: gpuPool(1) });
    expect(() => synth(chart)).not.toThrow();
  });

  it('fails for two services on its one GPU, and names both', () => {
    const chart = testChart();
    for (const name of ['a', 'b']) service(chart, name, { nodePool: gpuPool(1) });
    expect(() => synth(chart)).toThrow(
      /'replicas' must leave enough 'nvidia.com\/gpu' of pool 'gpu' \(1\) for demo\/a\/Default, demo\/b\/Default together, got 2/,
    );
  });

  it('fails for more replicas than its nodes have room for', () => {
    const chart = testChart();
    const large = { requests: { cpu: Cpu.units(3), memory: Size.gibibytes(1) }, limits: { memory: Size.gibibytes(1) } };
    const props = { nodePool: nodePool({ nodes: { min: 1, max: 3 } }), gpu: undefined, resources: large };
    service(chart, 'a', { ...props, replicas: { minReplicas: 1, maxReplicas: 4 } });
    expect(() => synth(chart)).toThrow(
      /'replicas' must be at most 3, the pods that the 3 nodes of pool 'general'.*got 4/,
    );
  });
});

describe('routes', () => {
  test('of one host differ by their paths', () => {
    const chart = testChart();
    ingress({ path: '/a' })(chart);
    expect(() => new kit.Ingress(chart, 'b', { name: 'b', host: 'example.org', path: '/b', backend })).not.toThrow();
  });

  test.each(['/a', '/a/'])('fail for one host and the path %s twice', (path) => {
    const chart = testChart();
    ingress({ path: '/a' })(chart);
    expect(() => new kit.Ingress(chart, 'b', { name: 'b', host: 'example.org', path, backend })).toThrow(
      "'host and path' must be those of one route (demo/a has them already)",
    );
  });

  test('fail for one host of a gateway twice', () => {
    const chart = testChart();
    const props = { gateway: { name: 'edge' }, hostnames: ['example.org'], backend } as const;
    new kit.HttpRoute(chart, 'a', { name: 'a', ...props });
    expect(() => new kit.HttpRoute(chart, 'b', { name: 'b', ...props })).toThrow("'host and path' must be");
  });
});

function budget(chart: Chart) {
  const target = new kit.Deployment(chart, 'a', { identity, pod: webPod, replicas: 2 });
  new kit.PodDisruptionBudget(chart, 'b', { name: 'b', target, budget: { maxUnavailable: kit.PodCount.percent(101) } });
}

function quota(props: Partial<kit.ResourceQuotaProps>) {
  return (chart: Chart) => new kit.ResourceQuota(chart, 'a', { name: 'a', ...props });
}

function statefulSet(chart: Chart) {
  const mounts = [{ volume: kit.Volume.claimTemplate('data'), path: '/data' }];
  new kit.StatefulSet(chart, 'a', {
    identity,
    serviceName: 'a.b',
    pod: { ...pod, containers: [{ ...container, mounts }] },
    claims: [{ name: 'data', size: Size.gibibytes(1) }],
  });
}

function allowFrom(chart: Chart, from: kit.ExternalPods) {
  kit.allowIngress({ scope: chart, name: 'a', selector: { app: 'a' } }, [80], from);
}

function storageClass(props: Partial<kit.StorageClassProps>) {
  return (chart: Chart) =>
    new kit.StorageClass(chart, 'a', { name: 'a', provisioner: 'a.b', reclaimPolicy: 'Retain', ...props });
}

function account(one: kit.AccessRule) {
  return (chart: Chart) => new kit.ServiceAccount(chart, 'a', { name: 'a', rules: [one] });
}

function karpenterLabels(chart: Chart) {
  karpenter(chart, { nodePool: nodePool({ labels: { 'kubernetes.io/a': 'b' } }), instanceFamilies: ['m7i'] });
}

function karpenter(chart: Chart, props: Partial<kit.KarpenterNodePoolProps> = {}) {
  new kit.KarpenterNodePool(chart, 'a', {
    nodePool: nodePool(),
    nodeClass: 'default',
    instanceFamilies: [] as never,
    instanceCpus: [4],
    capacityTypes: ['spot'],
    emptyFor: Duration.minutes(5),
    ...props,
  });
}

function minio(chart: Chart) {
  new kit.Minio(chart, 'a', { name: 'xn--a', buckets: ['images'], credentials });
}

function late(call: (scope: Chart, settings: object) => void) {
  return () => {
    const chart = new Chart(new App(), 'demo', { namespace: 'demo' });
    new kit.ConfigMap(chart, 'a', { name: 'a', data: { a: 'b' } });
    call(chart, {});
  };
}
