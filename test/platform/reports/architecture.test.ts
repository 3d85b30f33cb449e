import { App, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { httpRoute, InferenceService, ingress, Minio, NodePool, nodePort, SecretRef, setNodePools } from '../../../lib';
import type { Exposure } from '../../../lib/kube/network/exposure';
import { allowIngress, allowIngressFromAnywhere, connect } from '../../../lib/kube/network/network';
import { architecture, architectureMermaid, nodeAffinity, type Release, Stack } from '../../../lib/platform';
import { drawnArchitecture } from '../../../lib/platform/reports/drawn-architecture';

const pool = new NodePool({
  name: 'gpu',
  labels: { 'example.org/pool': 'gpu' },
  capacity: { cpu: Cpu.units(8), memory: Size.gibibytes(16) },
  nodes: { min: 3 },
  gpus: { count: 1 },
});
const key = new SecretRef('store').key('key');
const chart = { repository: 'https://charts.example.org', name: 'editor', version: '1.0.0' };
const editor: Release = { name: 'editor', namespace: 'vision', chart };

/** An isolated namespace with a MinIO, and servers that use its bucket. */
function vision({ exposure, servers = ['embedder'] }: { exposure?: Exposure; servers?: readonly string[] } = {}) {
  const app = new App();
  setNodePools(app, [pool]);
  const stack = new Stack(app, 'vision', { namespace: 'vision' });
  const credentials = { accessKeyId: key, secretAccessKey: key };
  const minio = new Minio(stack, 'minio', { buckets: ['images'], credentials });
  const [service] = servers.map((name) => {
    const resources = {
      requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
      limits: { memory: Size.gibibytes(1) },
    };
    const image = 'registry.example.org/embedder:1.2.0';
    const own = {
      deploymentName: name,
      name,
      image,
      port: 8002,
      user: { user: 1000 },
      resources,
      exposure,
      nodePool: pool,
      gpu: { count: 1 },
    };
    const server = new InferenceService(stack, name, { ...own, replicas: { minReplicas: 1, maxReplicas: 2 } });
    connect(server.deployment.pods, { host: 'minio', port: 9000 });
    return server;
  });
  return { app, stack, minio, service: service as InferenceService };
}

describe('the architecture of an app', () => {
  it('says of a workload how many pods it has, with which GPUs and on which nodes, and whether they keep data', () => {
    const { nodes } = architecture(vision().app);
    expect(nodes).toContainEqual({
      id: 'vision/embedder',
      namespace: 'vision',
      name: 'embedder',
      kind: 'Deployment',
      component: 'server',
      replicas: { min: 1, max: 2 },
      keepsData: false,
      gpus: 1,
      pool: 'gpu',
    });
    const minio = nodes.find(({ name }) => name === 'minio');
    expect(minio).toMatchObject({ kind: 'StatefulSet', keepsData: true, gpus: 0, pool: undefined });
  });

  it('has connections with the ports of the pods, those to one server together', () => {
    const { app, service, stack } = vision();
    connect(service.deployment.pods, { host: 'db.example.org', port: 5432 });
    allowIngress(service.deployment.pods, [8002, 9090], { namespace: 'web' });
    const debug = { scope: stack, name: 'debug', selector: { run: 'debug' } };
    allowIngress(service.deployment.pods, [8002], debug);
    allowIngress(service.deployment.pods, [9090], debug);
    const { connections, nodes } = architecture(app);
    const own = connections.filter(({ from, to }) => [from, to].includes('vision/embedder'));
    expect(own).toEqual([
      { from: 'vision/embedder', to: 'vision/minio', ports: [9000], ofCluster: false },
      { from: 'vision/embedder', to: 'host db.example.org', ports: [5432], ofCluster: false },
      { from: 'pods of web', to: 'vision/embedder', ports: [8002, 9090], ofCluster: false },
      { from: 'vision/debug', to: 'vision/embedder', ports: [8002, 9090], ofCluster: false },
    ]);
    expect(nodes.find(({ name }) => name === 'debug')?.kind).toBe('Pods');
  });

  it.each([
    ['a node port', nodePort(30_080), ':30080'],
    ['an Ingress', ingress({ host: 'api.example.org' }), 'api.example.org'],
    ['an HTTPRoute', httpRoute({ gateway: { name: 'edge' }, hostnames: ['route.example.org'] }), 'route.example.org'],
  ])('says where it is reached by %s', (_, exposure, address) => {
    const { entrances } = architecture(vision({ exposure }).app);
    expect(entrances).toEqual([{ to: 'vision/embedder', address }]);
  });

  it.each([
    ['host', { host: 'a.example.org' }],
    ['hosts', { hosts: ['a.example.org'] }],
    ['hosts with paths', { enabled: true, hosts: [{ host: 'a.example.org', paths: [] }] }],
  ])('has releases that are installed, with the %s of their Ingress and their nodes', (_, own) => {
    const values = { server: { ingress: own, affinity: nodeAffinity([pool]) } };
    const { nodes, entrances } = architecture(vision().app, [
      { ...editor, values },
      { ...editor, name: 'off', installed: false },
    ]);
    expect(nodes.filter(({ kind }) => kind === 'Release')).toMatchObject([{ id: 'vision/editor', pool: 'gpu' }]);
    expect(entrances).toEqual([{ to: 'vision/editor', address: 'a.example.org' }]);
  });

  it('has no way in through an Ingress of a release that is turned off', () => {
    const values = { ingress: { enabled: false, host: 'a.example.org' } };
    expect(architecture(vision().app, [{ ...editor, values }]).entrances).toEqual([]);
  });
});

describe('what is drawn of it', () => {
  it('is one box for workloads with the same connections, without Jobs that set a server up', () => {
    const { boxes, arrows } = drawnArchitecture(architecture(vision({ servers: ['one', 'two'] }).app));
    expect(boxes.map(({ names }) => names)).toEqual([['minio'], ['one', 'two']]);
    expect(arrows).toEqual([{ from: 'vision/one', to: 'vision/minio', ports: [9000] }]);
  });

  it('keeps apart what is reached by ways of its own', () => {
    const { app, service } = vision({ servers: ['one', 'two'] });
    allowIngressFromAnywhere(service.deployment.pods, [8002]);
    const { boxes } = drawnArchitecture(architecture(app));
    expect(boxes.map(({ name, entrances }) => [name, ...entrances])).toEqual([['minio'], ['one', 'anyone'], ['two']]);
  });

  it('says once that it is reached by a node port, which anyone may use', () => {
    const { boxes } = drawnArchitecture(architecture(vision({ exposure: nodePort(30_080) }).app));
    expect(boxes.find(({ id }) => id === 'vision/embedder')?.entrances).toEqual([':30080']);
  });

  it('is text for Mermaid, with each box, arrow and way in and out', () => {
    const { app, service } = vision({ exposure: nodePort(30_080) });
    connect(service.deployment.pods, { host: 'db.example.org', port: 5432 });
    expect(architectureMermaid(architecture(app, [editor]))).toBe(
      [
        'flowchart TB',
        '  subgraph namespace0["vision"]',
        '    box0[("minio<br><small>StatefulSet</small>")]',
        '    box1["embedder<br><small>Deployment × 1–2, 1 GPU, on gpu<br>↗ db.example.org</small>"]',
        '    box2["editor<br><small>helm release</small>"]',
        '  end',
        '  box1 -->|":9000"| box0',
        '  box1in0([":30080"]) --> box1',
        '  classDef release stroke-dasharray: 4 3',
        '  class box2 release',
        '',
      ].join('\n'),
    );
  });
});
