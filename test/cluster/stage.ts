import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import type { Manifest } from '../../lib/kube/serialization';
import type { PlatformConfig } from '../../lib/platform';
import { type Cluster, connect } from '../support/control-plane/cluster';
import { nodesOf } from '../support/control-plane/nodes';
import { settle } from '../support/control-plane/settle';
import { storageFor } from '../support/control-plane/volumes';
import { synthesize } from '../support/environments';

/** Why no check runs; empty where there is a cluster. */
export const noCluster = ((access) => (typeof access === 'string' ? access : ''))(inject('cluster'));

/** The cluster of this run. */
export function theCluster(): Cluster {
  const access = inject('cluster');
  if (typeof access === 'string') throw new Error(access);
  return connect(access);
}

/** One environment in the cluster, from what it needs to be there before to what it leaves behind. */
export class Stage {
  readonly cluster = theCluster();
  /** Every object of `dist/`, with all stacks. */
  readonly objects: readonly Manifest[];
  /** The namespaces that are its own. */
  readonly namespaces: readonly string[];
  /** Whether `dist/` is in the cluster: nothing else can be checked before. */
  applied = false;
  /** The folder that `kubectl apply -f` reads. */
  readonly dist = mkdtempSync(join(tmpdir(), 'dist-'));

  constructor(readonly config: PlatformConfig) {
    this.objects = write(config, this.dist);
    this.namespaces = this.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  }

  /** Registers what happens before and after the checks. */
  register(): void {
    beforeAll(async () => {
      for (const { metadata } of await this.cluster.api.list('/api/v1/namespaces')) {
        if (this.namespaces.includes(metadata.name)) throw new Error(`namespace '${metadata.name}' is there already`);
      }
      await this.kubectl(['apply', '-f', '-'], this.surroundings);
    });
    afterAll(async () => {
      rmSync(this.dist, { recursive: true, force: true });
      await this.cluster.kubectl.run(['delete', '--ignore-not-found', '-f', '-'], list(this.objects));
      await this.cluster.kubectl.run(['delete', '--ignore-not-found', '-f', '-'], list(this.surroundings));
    });
  }

  /** Registers that what follows is skipped where `dist/` could not be applied. */
  requireApplied(): void {
    beforeEach(({ skip }) => skip(!this.applied, 'dist/ was not applied'));
  }

  /** What stands around the platform: nodes and storage. */
  get surroundings(): readonly Manifest[] {
    return [...nodesOf(this.config.nodePools), ...storageFor(this.objects)];
  }

  /** Runs kubectl on objects. */
  kubectl(args: readonly string[], objects: readonly Manifest[]): Promise<string> {
    return this.cluster.kubectl.run(args, list(objects));
  }

  /** Waits until every pod is where it should be. */
  settle(seconds?: number): Promise<void> {
    return settle(this.cluster.api, this.namespaces, seconds);
  }
}

/** Objects as `kubectl -f -` reads them. JSON is YAML. */
export function list(objects: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

/** Writes the objects of an environment, with all stacks, to a folder. */
export function write(config: PlatformConfig, folder: string): readonly Manifest[] {
  const { app } = synthesize(config, 'all', folder);
  app.synth();
  return app.charts.flatMap((chart) => chart.toJson());
}
