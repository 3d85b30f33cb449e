import type { Manifest } from '../../lib/kube/objects/serialization';
import { rolledOut } from './status';

/** What a Deployment was made with: a hash of the settings of the server, and of what this program makes of them. */
export const REVISION = 'ml.example.com/server-revision';
/** Set to the revision on a Deployment that it was brought to in a wave; the next wave waits for those. */
export const WAVE = 'ml.example.com/server-wave';

/** How many of the models get new settings at a time. */
const PORTION = 0.1;

/** How far new settings of the server are. */
export interface Progress {
  /** Models that have yet to get them. */
  readonly outdated: number;
  /** Models that have got them and do not yet serve: the next wave waits for them. */
  readonly unfinished: number;
}

/**
 * Brings new settings of the server to models in waves: a wave is a tenth of them, and the next one begins when each of
 * the wave serves. All that it decides by is in the cluster, but for those of the wave that are not yet written.
 */
export class Waves {
  private readonly admitted = new Set<string>();
  private state: Progress = { outdated: 0, unfinished: 0 };

  get progress(): Progress {
    return this.state;
  }

  /** Whether a model may get the settings: it is in the wave, or has nothing that serves. */
  admits(key: string, deployment: Manifest | undefined): boolean {
    return this.admitted.has(key) || (deployment?.status?.readyReplicas ?? 0) === 0;
  }

  /**
   * Looks whether the next wave may begin.
   * @param deployments - those of ModelDeployments, by their key
   * @returns the keys of a wave that begins
   */
  advance(revision: string, deployments: ReadonlyMap<string, Manifest>): readonly string[] {
    const outdated: string[] = [];
    let unfinished = 0;
    for (const [key, deployment] of deployments) {
      const annotations = deployment.metadata.annotations ?? {};
      if (annotations[REVISION] !== revision) outdated.push(key);
      else this.admitted.delete(key);
      if (annotations[WAVE] === revision && annotations[REVISION] === revision && !rolledOut(deployment))
        unfinished += 1;
    }
    for (const key of this.admitted) if (!deployments.has(key)) this.admitted.delete(key);
    this.state = { outdated: outdated.length, unfinished: unfinished + this.admitted.size };
    if (outdated.length === 0 || this.state.unfinished > 0) return [];
    const wave = outdated.sort().slice(0, Math.max(1, Math.floor(deployments.size * PORTION)));
    for (const key of wave) this.admitted.add(key);
    return wave;
  }

  /** Forgets who is in the wave: the settings have changed again. */
  reset(): void {
    this.admitted.clear();
  }
}
