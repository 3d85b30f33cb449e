import { readFileSync } from 'node:fs';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { modelDeploymentObjects } from '../../../lib/stacks/model-platform/model-deployment-objects';
import type { ModelDeploymentResource } from '../../../lib/stacks/model-platform/model-deployment-resource';
import type { ModelServer } from '../../../lib/stacks/model-platform/model-server';
import { drift } from '../../../operator/src/drift';
import type { Api } from '../control-plane/api';
import { type Cluster, connect, type RunningCluster, startCluster } from '../control-plane/cluster';
import { FAKE_NODE } from '../control-plane/nodes';
import { until } from '../control-plane/settle';

const CRD = readFileSync('crds/modeldeployment.yaml', 'utf8');

/** Of its only node. */
export const NODE_LABELS = { 'example.org/pool': 'models' };

const NODE: Manifest = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'models', labels: NODE_LABELS, annotations: { [FAKE_NODE.key]: FAKE_NODE.value } },
  status: {
    allocatable: { cpu: '10k', memory: '100Ti', pods: '20k' },
    capacity: { cpu: '10k', memory: '100Ti', pods: '20k' },
  },
};

/** The kinds that a ModelDeployment becomes, and where they are. */
const PATHS: Readonly<Record<string, string>> = {
  Deployment: 'apis/apps/v1',
  Service: 'api/v1',
  HorizontalPodAutoscaler: 'apis/autoscaling/v2',
  PodDisruptionBudget: 'apis/policy/v1',
};

/** A control plane of its own, with the CRD and a node, where pods become ready at once. */
export class ModelCluster {
  readonly cluster: Cluster;

  private constructor(private readonly running: RunningCluster) {
    this.cluster = connect(running.access);
  }

  static async start(): Promise<ModelCluster> {
    const running = await startCluster();
    if (typeof running === 'string') throw new Error(running);
    const started = new ModelCluster(running);
    const { kubectl } = started.cluster;
    await kubectl.run(['apply', '-f', '-'], CRD);
    await kubectl.run(['wait', '--for=condition=Established', 'crd/modeldeployments.ml.example.com', '--timeout=60s']);
    await kubectl.run(['apply', '-f', '-'], JSON.stringify(NODE));
    return started;
  }

  get kubeconfig(): string {
    return this.running.access.kubeconfig;
  }

  get api(): Api {
    return this.cluster.api;
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Ends the API server, and starts it again. @throws Error for one that is not of this test */
  async restartApiServer(): Promise<void> {
    const { restartApiServer } = this.running;
    if (restartApiServer === undefined) throw new Error('the API server is not of this test');
    await restartApiServer();
  }

  /** A namespace for models. */
  async namespace(name: string): Promise<Models> {
    await this.api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return new Models(this.cluster, name);
  }
}

/** The ModelDeployments of a namespace. */
export class Models {
  readonly path: string;

  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {
    this.path = `/apis/ml.example.com/v1/namespaces/${namespace}/modeldeployments`;
  }

  create(name: string, spec: unknown = {}): Promise<Manifest> {
    const resource = {
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name, namespace: this.namespace },
      spec: { modelName: name, modelVersion: 1, ...(spec as object) },
    };
    return this.cluster.api.create(this.path, resource);
  }

  get(name: string): Promise<Manifest> {
    return this.cluster.api.get(`${this.path}/${name}`);
  }

  update(name: string, spec: unknown): Promise<Manifest> {
    return this.cluster.api.patch(`${this.path}/${name}`, { spec } as Manifest);
  }

  async delete(name: string): Promise<void> {
    await this.cluster.api.send('DELETE', `${this.path}/${name}`);
  }

  /** A condition of a model; undefined before it has one. */
  async condition(name: string, type: string): Promise<Manifest | undefined> {
    const { status } = await this.get(name);
    return status?.conditions?.find((one: Manifest) => one.type === type);
  }

  /**
   * Waits until a condition of a model has a reason.
   * @param meanwhile - what is done before each look
   * @throws Error with the condition as it is
   */
  async reason(name: string, type: string, reason: string, meanwhile = async () => {}): Promise<Manifest> {
    let found: Manifest | undefined;
    const has = async () => {
      await meanwhile();
      found = await this.condition(name, type);
      return found?.reason === reason;
    };
    if (!(await until(has))) throw new Error(`${name}: ${JSON.stringify((await this.get(name)).status)}`);
    return found as Manifest;
  }

  async ready(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const wait = ['wait', '--for=condition=Ready', `md/${name}`, `--namespace=${this.namespace}`, '--timeout=90s'];
      await this.cluster.kubectl.run(wait);
    }
  }

  /** An object that a model becomes, as it is; undefined where it is not. */
  async object(kind: string, name: string): Promise<Manifest | undefined> {
    const { status, body } = await this.cluster.api.send('GET', `${this.collection(kind)}/${name}`);
    return status === 404 ? undefined : body;
  }

  collection(kind: string): string {
    const plural = `${kind.toLowerCase()}s`;
    return `/${PATHS[kind]}/namespaces/${this.namespace}/${plural}`;
  }

  /** What in the namespace is not what a synth makes of its ModelDeployments. */
  async differences(server: ModelServer): Promise<readonly string[]> {
    const { api } = this.cluster;
    const wanted = new Map<string, Manifest>();
    for (const { apiVersion, kind, ...resource } of await api.list(this.path)) {
      const objects = modelDeploymentObjects(resource as ModelDeploymentResource, server);
      for (const object of objects) wanted.set(`${object.kind} ${object.metadata.name}`, object);
    }
    const found: string[] = [];
    for (const kind of Object.keys(PATHS)) {
      for (const live of await api.list(this.collection(kind))) {
        const key = `${kind} ${live.metadata.name}`;
        const object = wanted.get(key);
        wanted.delete(key);
        const path = object && drift(object, { ...live, apiVersion: object.apiVersion, kind });
        if (object === undefined) found.push(`${key} is not wanted`);
        else if (path !== undefined) found.push(`${key} differs at ${path}`);
      }
    }
    return [...found, ...[...wanted.keys()].map((key) => `${key} is missing`)];
  }

  /** Waits until the namespace is what a synth makes of it. @throws Error with what is not */
  async settled(server: ModelServer): Promise<void> {
    await until(async () => (await this.differences(server)).length === 0);
    const left = await this.differences(server);
    if (left.length > 0) throw new Error(left.join('\n'));
  }
}
