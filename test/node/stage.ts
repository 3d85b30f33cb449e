import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { PlatformConfig } from '../../lib/platform';
import { findControlPlane } from '../support/control-plane/programs';
import { settle } from '../support/control-plane/settle';
import { synthesize } from '../support/environments';
import { describeProgram } from '../support/programs';
import { LOGS, type RealCluster, startRealCluster } from './cluster';
import { type Node, TOOLS, waitFor } from './machine';

/** One environment, and the cluster that it is brought into. */
export class Stage {
  /** What a run writes beside the logs. */
  readonly folder: string;
  /** The folder that `kubectl apply -f` reads. */
  readonly dist: string;
  readonly objects: readonly Manifest[];
  readonly namespaces: readonly string[];
  readonly app;
  private running: RealCluster | undefined;

  constructor(
    private readonly config: PlatformConfig,
    private readonly selection: string,
  ) {
    this.folder = resolve('.tmp', 'node', config.name);
    this.dist = join(this.folder, 'dist');
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    const { app, platform } = synthesize(config, selection, this.dist);
    this.app = app;
    app.synth();
    platform.writeDeploy(join(this.folder, 'deploy'));
    this.objects = app.charts.flatMap((chart) => chart.toJson());
    this.namespaces = [...new Set(this.objects.flatMap(({ metadata }) => metadata.namespace ?? []))];
  }

  get pools() {
    return this.config.nodePools;
  }

  /** @throws Error before it was started */
  get cluster(): RealCluster {
    if (this.running === undefined) throw new Error('the cluster has not come up');
    return this.running;
  }

  async start(): Promise<void> {
    const kind = readFileSync(join(this.folder, 'deploy/kind.yaml'), 'utf8');
    this.running = await startRealCluster(kind, this.pools);
  }

  /** @param failed - whether the logs are kept */
  async stop(failed: boolean): Promise<void> {
    if (failed) this.running?.machine.keepLogs(LOGS);
    await this.running?.machine.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Applies `dist` and waits. */
  async apply(): Promise<void> {
    await this.cluster.kubectl.run(['apply', '-f', this.dist]);
    await this.settle();
  }

  /** The folder of the same environment with other properties. */
  variant(properties: Partial<PlatformConfig>): string {
    const outdir = mkdtempSync(join(this.folder, 'variant-'));
    synthesize({ ...this.config, ...properties }, this.selection, outdir).app.synth();
    return outdir;
  }

  settle(): Promise<void> {
    // Looks take processor time, of which there is little while everything starts.
    return settle(this.cluster.api, this.namespaces, 1000);
  }

  /** Waits until no volume is left, and says which of its namespaces are. */
  async leftovers(): Promise<readonly string[]> {
    const { api } = this.cluster;
    await waitFor('the end of the volumes', async () => (await api.list('/api/v1/persistentvolumes')).length === 0);
    const names = (await api.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name);
    return names.filter((name) => this.namespaces.includes(name));
  }

  /** The node that a pod is on. From there alone all of its ports are open. */
  async nodeOf(namespace: string, pod: string): Promise<Node> {
    const { nodeName } = (await this.cluster.api.get(`/api/v1/namespaces/${namespace}/pods/${pod}`)).spec;
    const node = this.cluster.nodes.find(({ name }) => name === nodeName);
    if (node === undefined) throw new Error(`${namespace}/${pod} is on no node`);
    return node;
  }

  /** Runs a shell script in a container of a workload. @throws Error with what it printed, where it fails */
  exec(namespace: string, workload: string, script: string): Promise<string> {
    return this.cluster.kubectl.run(['exec', `--namespace=${namespace}`, workload, '--', 'sh', '-euc', script]);
  }
}

/** The checks of an environment in a cluster of its own. They follow each other, and each leaves all well. */
export function describeEnvironment(config: PlatformConfig, selection: string, checks: (stage: Stage) => void): void {
  const title = `environment ${config.name} on real nodes`;
  const otherKind = otherMachine();
  if (otherKind !== undefined) {
    console.warn(`does not run: ${title} (${otherKind})`);
    it.skip(`${title} (${otherKind})`);
    return;
  }
  const reason = missing();
  if (reason !== undefined) {
    describeProgram(reason, title, () => it('comes up'));
    return;
  }
  describe(title, () => {
    const stage = new Stage(config, selection);
    let failed = true;
    beforeAll(() => stage.start());
    afterEach(({ task }) => {
      failed = task.result?.state === 'fail';
    });
    afterAll(async () => {
      if (failed) console.error(`the logs of the nodes are in ${LOGS}`);
      await stage.stop(failed);
    });
    checks(stage);
  });
}

/** Why this kind of machine cannot have a node at all, which is no mistake of anybody. */
function otherMachine(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a node needs root on Linux';
  try {
    execFileSync('unshare', '--mount --pid --net --uts --ipc --fork mount -t tmpfs x /run'.split(' '));
    return undefined;
  } catch {
    return 'this machine lends no namespaces';
  }
}

/** What is not installed. */
function missing(): string | undefined {
  const plane = findControlPlane();
  if (typeof plane === 'string') return plane;
  const ours = ['kubelet', 'device-plugin', 'metrics-server'].map((name) => join(TOOLS, 'bin', name));
  const debian = ['bin/containerd', 'sbin/runc', 'lib/cni/ptp', 'sbin/ipset', 'sbin/conntrack'].map(
    (path) => `/usr/${path}`,
  );
  const left = [...ours, join(TOOLS, 'images/index.json'), ...debian].filter((file) => !existsSync(file));
  return left.length > 0 ? `no ${left.join(', ')}: .ci/install-node and .ci/install-node-images` : undefined;
}
