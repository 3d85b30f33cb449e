import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import { gpuNodes, PhotoDuplicateGpu } from '../../examples/photo-duplicate-gpu/chart';
import { type NodePool, setNodePools } from '../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { pathOf } from '../support/control-plane/api';
import { type Cluster, connect } from '../support/control-plane/cluster';
import { definitionsFor } from '../support/control-plane/definitions';
import type { Kubectl } from '../support/control-plane/kubectl';
import { nodesOf } from '../support/control-plane/nodes';
import { settle, until } from '../support/control-plane/settle';
import { storageFor } from '../support/control-plane/volumes';
import { environments, synthesize } from '../support/environments';

const NOT_READY = 'node.kubernetes.io/not-ready';

/** A title, with the reason why what it stands for does not run. */
export function titled(title: string, reason: string): string {
  return reason === '' ? title : `${title} (${reason})`;
}

/** What is brought into a cluster. */
export interface Production {
  readonly name: string;
  readonly nodePools: readonly NodePool[];
  /** The app, to be synthesized into a folder. */
  readonly app: (outdir: string, nodePools: readonly NodePool[]) => App;
  /** The environment, where it is one. */
  readonly config?: PlatformConfig;
}

/** Every environment with all of its stacks, and the example that asks for GPUs. */
export const productions: readonly Production[] = [
  ...environments.map(production),
  {
    name: 'example photo-duplicate-gpu',
    nodePools: [gpuNodes],
    app: (outdir, nodePools) => {
      const app = new App({ outdir });
      setNodePools(app, nodePools);
      new PhotoDuplicateGpu(app, 'photo-duplicate-gpu');
      return app;
    },
  },
];

/** An environment as it is brought into a cluster. */
export function production(config: PlatformConfig): Production {
  return {
    name: `environment ${config.name}`,
    nodePools: config.nodePools,
    app: (outdir, nodePools) => synthesize({ ...config, nodePools }, 'all', outdir).app,
    config,
  };
}

/** Why no check runs; empty where there is a cluster. */
export const noCluster = ((access) => (typeof access === 'string' ? access : ''))(inject('cluster'));

/** The cluster of this run. */
export function theCluster(): Cluster {
  const access = inject('cluster');
  if (typeof access === 'string') throw new Error(access);
  return connect(access);
}

/** A production as it is written. */
export class Written {
  /** The CRDs of operators that must be there before, or why they cannot be had. */
  readonly definitions: readonly Manifest[] | string;
  /** The folder that `kubectl apply -f` reads. */
  readonly dist = mkdtempSync(join(inject('scratch'), 'dist-'));
  /** Every object in that folder. */
  readonly objects: readonly Manifest[];

  constructor(readonly production: Production) {
    const app = production.app(this.dist, production.nodePools);
    app.synth();
    this.objects = app.charts.flatMap((chart) => chart.toJson());
    this.definitions = definitionsFor(this.objects);
  }

  remove(): void {
    rmSync(this.dist, { recursive: true, force: true });
  }
}

/** One production in the cluster, from what must be there before to what it leaves behind. */
export class Stage extends Written {
  readonly cluster = theCluster();
  /** The namespaces that are its own. */
  readonly namespaces: readonly string[];
  /** Whether `dist` is in the cluster: nothing else can be checked before. */
  applied = false;

  constructor(production: Production) {
    super(production);
    const named = this.objects.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace));
    this.namespaces = [...new Set(named.filter((name) => name !== undefined))];
  }

  /** Registers what happens before and after the checks. */
  register(): void {
    beforeAll(async () => {
      const [there] = await this.presentNamespaces();
      if (there !== undefined) throw new Error(`namespace '${there}' is there already`);
      const { definitions } = this;
      if (typeof definitions === 'string') throw new Error(definitions);
      await define(this.cluster.kubectl, definitions);
      const served = definitions.map(({ spec }) => `/apis/${spec.group}/${spec.versions[0].name}/${spec.names.plural}`);
      for (const path of served) await until(async () => (await this.cluster.api.send('GET', path)).status === 200);
      await this.kubectl(['apply', '-f', '-'], this.surroundings);
      // A pod that is placed while some nodes are not ready is spread over the others.
      const tainted = ({ spec }: Manifest) => (spec.taints ?? []).some(({ key }: Manifest) => key === NOT_READY);
      await until(async () => !(await this.cluster.api.list('/api/v1/nodes')).some(tainted));
    });
    afterAll(async () => {
      if ((await this.presentNamespaces()).length > 0) await this.delete(['--ignore-not-found']);
      const definitions = this.definitions as readonly Manifest[];
      await this.kubectl(['delete', '--ignore-not-found', '-f', '-'], [...this.surroundings, ...definitions]);
      this.remove();
    });
  }

  /** Registers that what follows is skipped where `dist` could not be applied. */
  requireApplied(): void {
    beforeEach(({ skip }) => skip(!this.applied, 'dist/ was not applied'));
  }

  /** What stands around it: nodes and storage. */
  get surroundings(): readonly Manifest[] {
    return [...nodesOf(this.production.nodePools), ...storageFor(this.objects)];
  }

  /** The objects of a kind. */
  ofKind(...kinds: readonly string[]): readonly Manifest[] {
    return this.objects.filter(({ kind }) => kinds.includes(kind));
  }

  /** An object as the cluster has it. */
  live(object: Manifest): Promise<Manifest> {
    return this.cluster.api.get(pathOf(object));
  }

  /** Runs kubectl on objects. @throws Error with what it printed, where it fails */
  kubectl(args: readonly string[], objects: readonly Manifest[]): Promise<string> {
    return this.cluster.kubectl.run(args, list(objects));
  }

  /** Waits until every pod is where it should be. */
  settle(): Promise<void> {
    return settle(this.cluster.api, this.namespaces);
  }

  /** `kubectl delete -f dist`. */
  async delete(args: readonly string[] = []): Promise<void> {
    await this.cluster.kubectl.run(['delete', '-f', this.dist, ...args]);
  }

  /** Those of its namespaces that are in the cluster. */
  private async presentNamespaces(): Promise<readonly string[]> {
    const namespaces = await this.cluster.api.list('/api/v1/namespaces');
    return namespaces.map(({ metadata }) => metadata.name).filter((name) => this.namespaces.includes(name));
  }
}

/** Applies CRDs, and waits until objects of their kinds can be. */
export async function define(kubectl: Kubectl, definitions: readonly Manifest[], args: readonly string[] = []) {
  if (definitions.length === 0) return;
  // Some are too large for the annotation that a client-side apply leaves.
  await kubectl.run(['apply', '--server-side', ...args, '-f', '-'], list(definitions));
  await kubectl.run(['wait', '--for=condition=established', '-f', '-'], list(definitions));
}

/** Objects as `kubectl -f -` reads them. JSON is YAML. */
export function list(objects: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
