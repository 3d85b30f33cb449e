import type { Manifest } from '../../lib/kube/objects/serialization';
import { MODEL, modelOf, REVISION, WAVE } from './annotations';
import { rolledOut } from './status';

/** How many of the models get new settings at a time. */
const PORTION = 0.1;

/** A ModelDeployment, and what it became. */
export interface Model {
  readonly resource: Manifest;
  readonly deployment: Manifest;
  /** Pods that must serve. */
  readonly least: number;
}

/** How far new settings of the server are. */
export interface Progress {
  /** Models that have yet to get them. */
  readonly outdated: number;
  /** Models that have got them and do not yet serve: the next wave waits for them. */
  readonly unfinished: number;
}

/** When a model gets the settings of the server: at once, in a wave that waits for it, or later. */
export type Turn = 'now' | 'wave' | 'later';

/**
 * Brings new settings of the server to models in waves: a wave is a tenth of them, and the next one begins when each that
 * has got them in a wave serves. All that it decides by is in the cluster, but for those of the wave that are not yet written; an
 * operator that starts waits for those that are.
 */
export class Waves {
  private readonly admitted = new Set<string>();
  private revision = '';
  private state: Progress = { outdated: 0, unfinished: 0 };

  get progress(): Progress {
    return this.state;
  }

  turnOf(key: string, revision: string, resource: Manifest, deployment: Manifest | undefined): Turn {
    if (deployment === undefined) return 'now';
    const { [REVISION]: has, [WAVE]: wave, [MODEL]: model } = deployment.metadata.annotations ?? {};
    // A change of its own makes new pods anyway.
    if (model !== undefined && model !== modelOf(resource)) return 'now';
    if (has === revision) return wave === revision ? 'wave' : 'now';
    // What never served may lack just these settings, and says nothing about them where it goes on not to serve.
    if (!hasServed(deployment) && wave !== has) return 'now';
    return this.revision === revision && this.admitted.has(key) ? 'wave' : 'later';
  }

  /**
   * Looks whether the next wave may begin.
   * @param models - all that have a Deployment, by their key
   * @returns the keys of a wave that begins
   */
  advance(revision: string, models: ReadonlyMap<string, Model>): readonly string[] {
    if (revision !== this.revision) this.admitted.clear();
    this.revision = revision;
    const outdated = new Map<string, number>();
    let unfinished = 0;
    for (const [key, model] of models) {
      const { resource, deployment, least } = model;
      const turn = this.turnOf(key, revision, resource, deployment);
      if (turn === 'now' || isLeftAlone(model, this.admitted.has(key))) continue;
      if (deployment.metadata.annotations[REVISION] !== revision) outdated.set(key, orderOf(model));
      else if (!rolledOut(deployment, least)) unfinished += 1;
    }
    for (const key of this.admitted) if (!outdated.has(key)) this.admitted.delete(key);
    this.state = { outdated: outdated.size, unfinished: unfinished + this.admitted.size };
    if (this.state.unfinished > 0) return [];
    const ordered = [...outdated].sort(([key, order], [other, theirs]) => order - theirs || (key < other ? -1 : 1));
    const wave = ordered.slice(0, Math.max(1, Math.floor(models.size * PORTION))).map(([key]) => key);
    for (const key of wave) this.admitted.add(key);
    return wave;
  }

  /** Forgets who was to get the settings: another operator leads. */
  stop(): void {
    this.admitted.clear();
    this.state = { outdated: 0, unfinished: 0 };
  }
}

/** Whether all pods of the last template have served: they may be ill now, when a node of theirs is. */
function hasServed({ status }: Manifest): boolean {
  const progressing = status?.conditions?.find(({ type }: Manifest) => type === 'Progressing');
  return progressing?.reason === 'NewReplicaSetAvailable';
}

/** First those that settings of before have broken, last those that are ill: of whom a wave may have to wait for ever. */
function orderOf({ deployment, least }: Model): number {
  if (!hasServed(deployment)) return 0;
  return rolledOut(deployment, least) ? 1 : 2;
}

/** Whether a model goes, or cannot have the settings: a wave that waited for it would wait for ever. */
function isLeftAlone({ resource, deployment }: Model, admitted: boolean): boolean {
  const goes = [resource, deployment].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const degraded = resource.status?.conditions?.find(({ type }: Manifest) => type === 'Degraded');
  // A refusal that comes with its turn may come to all others with theirs: the waves stop.
  return goes || degraded?.reason === 'InvalidSpec' || (degraded?.reason === 'ApplyRefused' && !admitted);
}
