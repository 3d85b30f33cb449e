import { canonicalJson } from '../../lib/kube/objects/checksums';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Api, ApiError } from './api';
import { type Caches, collectionOf, controllerOf, KIND, OWNED } from './caches';
import { drift } from './drift';
import type { Lease } from './lease';
import { log } from './log';
import { notOurs, refusalOf } from './refusals';
import type { Registry } from './registry';
import { type Problem, rolledOut, statusOf } from './status';
import { APPLIED, annotated, GENERATION, hash, type Server, type WantedObjects } from './wanted';
import { REVISION, WAVE, type Waves } from './waves';

/** Who writes, as the API server records it with each field. */
const MANAGER = 'ml-operator';
/** Milliseconds after which a registry that lacks a model is asked again. */
const ASK_AGAIN = 15_000;
/** Milliseconds after which it is looked whether a namespace is known. */
const LIST_AGAIN = 1000;

/** What reconciling needs. */
export interface Surroundings {
  readonly api: Api;
  readonly lease: Pick<Lease, 'remaining'>;
  readonly caches: ReadonlyMap<string, Caches>;
  /** The settings of the server, the last first; earlier ones are those of models that wait for their turn. */
  readonly servers: () => readonly [Server, ...Server[]];
  readonly wanted: WantedObjects;
  readonly waves: Waves;
  readonly registry: Registry;
  readonly enqueue: (key: string) => void;
  /** Told each write, for the metrics. */
  readonly wrote: (verb: string, kind: string) => void;
}

/** Brings what a ModelDeployment becomes to what it should be, and says in its status how that is. */
export class Reconciler {
  private creating: Promise<unknown> = Promise.resolve();

  constructor(private readonly around: Surroundings) {}

  /** @returns milliseconds after which to look again */
  async reconcile(key: string): Promise<number | undefined> {
    const [namespace = '', name = ''] = key.split('/');
    const caches = this.around.caches.get(namespace);
    if (caches !== undefined && !caches.complete) return LIST_AGAIN;
    const resource = caches?.of(KIND).get(name);
    // What it became goes with it: it is the owner.
    if (caches === undefined || resource === undefined || resource.metadata.deletionTimestamp !== undefined) {
      this.around.wanted.forget(key);
      return undefined;
    }
    const owned = caches.of('Deployment').indexed(resource.metadata.uid)[0];
    const turn = this.turnOf(key, resource, owned);
    const wanted = turn.server && this.around.wanted.of(resource, turn.server);
    let problem = wanted?.problem;
    let failure: unknown;
    if (wanted !== undefined && problem === undefined) {
      const changes: string[] = [];
      try {
        await this.prune(caches, resource, wanted.objects, changes);
        for (const object of wanted.objects) {
          const marked =
            object.kind === 'Deployment' && turn.inWave ? annotated(object, { [WAVE]: turn.revision }) : object;
          problem = (await this.apply(caches, resource, marked, changes)) ?? problem;
        }
      } catch (error) {
        problem = refusalOf(error);
        failure = error;
      }
      if (changes.length > 0) await this.event(resource, 'Normal', 'Applied', changes.join(', '));
    }
    if (failure !== undefined && problem === undefined) throw failure;
    const missing = await this.report(key, caches, resource, wanted?.objects ?? [], problem, turn.waiting);
    if (failure !== undefined) throw failure;
    return missing ? ASK_AGAIN : undefined;
  }

  /** The settings that a model gets now: those of before while others get the new ones. */
  private turnOf(key: string, { metadata }: Manifest, deployment: Manifest | undefined) {
    const [server, ...earlier] = this.around.servers();
    const { [REVISION]: has, [WAVE]: wave, [GENERATION]: generation } = deployment?.metadata.annotations ?? {};
    const { revision } = server;
    // A change of its own spec makes new pods anyway.
    const untouched = has !== undefined && generation === String(metadata.generation);
    if (untouched && has !== revision && !this.around.waves.admits(key, deployment)) {
      return {
        waiting: true,
        server: earlier.find((one) => one.revision === has),
        revision: has,
        inWave: has === wave,
      };
    }
    const serves = (deployment?.status?.readyReplicas ?? 0) > 0;
    const inWave = untouched && (has === revision ? wave === revision : serves);
    return { waiting: false, server, revision, inWave };
  }

  /** Deletes what it owns and is no longer wanted. */
  private async prune(caches: Caches, resource: Manifest, wanted: readonly Manifest[], changes: string[]) {
    const names = new Set(wanted.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    for (const kind of OWNED) {
      for (const { metadata } of caches.of(kind).indexed(resource.metadata.uid)) {
        if (names.has(`${kind} ${metadata.name}`) || metadata.deletionTimestamp !== undefined) continue;
        const path = `${collectionOf(kind, caches.namespace)}/${metadata.name}`;
        const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: metadata.uid } };
        await this.write('DELETE', path, kind, body).catch((error) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        });
        changes.push(`deleted ${kind} ${metadata.name}`);
      }
    }
  }

  /** Applies an object where it is missing or differs. @returns why it is left alone */
  private async apply(caches: Caches, resource: Manifest, object: Manifest, changes: string[]) {
    const { kind, metadata } = object;
    const live = caches.of(kind).get(metadata.name);
    const owner = live && controllerOf(live);
    if (live && owner?.uid !== resource.metadata.uid) return notOurs(kind, metadata.name, owner, resource);
    const marked = annotated(object, { [APPLIED]: hash(object) });
    const difference = live && drift(marked, live);
    if (live && difference === undefined) return undefined;
    const path = `${collectionOf(kind, caches.namespace)}/${metadata.name}`;
    const body = withReplicas(marked, live, resource);
    // What was not there when this was read must not be somebody's now: without `force` their fields are a conflict.
    const apply = () => this.write('PATCH', `${path}?fieldManager=${MANAGER}${live ? '&force=true' : ''}`, kind, body);
    const answer = await (kind === 'Service' && !live ? this.inTurn(apply) : apply()).catch(async (error) => {
      if (!live || !(error instanceof ApiError && error.status === 422)) throw error;
      // What somebody added to a list, which an apply leaves there, may not stand beside what is wanted.
      await this.write('PATCH', `${path}?fieldManager=${MANAGER}-repair`, kind, body, 'application/merge-patch+json');
      return apply();
    });
    caches.of(kind).put(answer);
    if (answer.metadata.resourceVersion === live?.metadata.resourceVersion) return undefined;
    changes.push(`${live ? `updated ${kind} ${metadata.name} (${difference})` : `created ${kind} ${metadata.name}`}`);
    return undefined;
  }

  /** Services one after the other: the API server gives out their addresses from one object, which conflicts slow down. */
  private inTurn<T>(create: () => Promise<T>): Promise<T> {
    const created = this.creating.then(create);
    this.creating = created.catch(() => {});
    return created;
  }

  /** Writes the status where it is another. @returns whether the registry lacks the model */
  private async report(
    key: string,
    caches: Caches,
    resource: Manifest,
    wanted: readonly Manifest[],
    problem: Problem | undefined,
    waiting: boolean,
  ): Promise<boolean> {
    const { name, namespace, uid } = resource.metadata;
    const deployment = caches.of('Deployment').indexed(uid)[0];
    // After each step of an autoscaler the Deployment is soon what it was.
    const behind = (deployment?.status?.observedGeneration ?? 0) < (deployment?.metadata.generation ?? 0);
    const known = resource.status?.observedGeneration === resource.metadata.generation;
    if (known && behind && problem === undefined) return false;
    const service = caches.of('Service').indexed(uid)[0];
    const pods = caches.of('Pod').indexed(`${name}-inference`);
    const { minReplicas } = wanted.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.spec ?? {};
    const port = service?.spec.ports?.[0]?.port;
    const least = minReplicas ?? deployment?.spec.replicas ?? resource.spec?.replicas ?? 1;
    const starting = pods.some(({ status }) =>
      status.containerStatuses?.some(
        ({ ready, state }: Manifest) =>
          !ready && (state?.running || state?.terminated || state?.waiting?.reason === 'CrashLoopBackOff'),
      ),
    );
    const { settings } = this.around.servers()[0];
    const { modelName, modelVersion } = resource.spec ?? {};
    const modelMissing =
      problem === undefined &&
      starting &&
      !rolledOut(deployment, least) &&
      this.around.registry.isMissing(settings.registry.url, modelName, modelVersion, () => this.around.enqueue(key));
    const url = service && `http://${service.metadata.name}.${namespace}:${port}`;
    const named = { service: service?.metadata.name, url };
    const observed = { resource, deployment, pods, ...named, least, problem, modelMissing, waiting };
    const status = statusOf(observed, resource.status);
    if (canonicalJson(status) === canonicalJson(resource.status)) return modelMissing;
    const { apiVersion, kind } = resource;
    const path = `${collectionOf(KIND, namespace)}/${name}/status?fieldManager=${MANAGER}&force=true`;
    const body = { apiVersion, kind, metadata: { name, namespace, uid }, status };
    caches.of(KIND).put(await this.write('PATCH', path, `${KIND}/status`, body));
    await this.tellTransitions(resource, status);
    return modelMissing;
  }

  private async tellTransitions(resource: Manifest, status: Manifest): Promise<void> {
    const of = (type: string, { conditions = [] }: Manifest = {}) =>
      conditions.find((one: Manifest) => one.type === type);
    const [degraded, was] = [of('Degraded', status), of('Degraded', resource.status)];
    if (degraded.status === 'True' && degraded.reason !== was?.reason) {
      await this.event(resource, 'Warning', degraded.reason, degraded.message);
    }
    const [ready, before] = [of('Ready', status), of('Ready', resource.status)];
    if (ready.status === 'True' && before?.status !== 'True')
      await this.event(resource, 'Normal', 'Ready', ready.message);
  }

  /** Records an event; one that cannot be recorded is only logged. */
  private async event(resource: Manifest, type: string, reason: string, message: string): Promise<void> {
    const { name, namespace, uid } = resource.metadata;
    log(type === 'Normal' ? 'info' : 'warn', message, { model: `${namespace}/${name}`, reason });
    const now = new Date().toISOString();
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${name}.`, namespace },
      involvedObject: { apiVersion: resource.apiVersion, kind: KIND, name, namespace, uid },
      ...{ type, reason, message: message.slice(0, 1000), count: 1, firstTimestamp: now, lastTimestamp: now },
      source: { component: MANAGER },
      reportingComponent: MANAGER,
    };
    await this.write('POST', collectionOf('Event', namespace), 'Event', body).catch((error) =>
      log('warn', 'event was not recorded', { model: `${namespace}/${name}`, error: error.message }),
    );
  }

  /** A write of the one that leads: it has ended, or is given up, before another may lead. */
  private async write(method: string, path: string, kind: string, body: Manifest, type?: string): Promise<Manifest> {
    const { remaining } = this.around.lease;
    if (remaining === 0) throw new Error('the lease is lost: another operator may write');
    this.around.wrote(method, kind);
    const contentType = type ?? (method === 'PATCH' ? 'application/apply-patch+yaml' : undefined);
    return this.around.api.request(method, path, { body, contentType, timeout: Math.min(15_000, remaining + 1500) });
  }
}

/**
 * A Deployment whose replicas are the business of an autoscaler keeps those that it has, in whoever's name they are
 * written; the version makes the API server refuse the write where the autoscaler has changed them meanwhile.
 */
function withReplicas(object: Manifest, live: Manifest | undefined, resource: Manifest): Manifest {
  const metadata = { ...object.metadata, uid: live?.metadata.uid };
  if (object.kind !== 'Deployment' || object.spec.replicas !== undefined) return { ...object, metadata };
  // An autoscaler leaves a Deployment alone that somebody has scaled to 0.
  const replicas = live?.spec.replicas || resource.spec.replicas || 1;
  const resourceVersion = live?.metadata.resourceVersion;
  return { ...object, metadata: { ...metadata, resourceVersion }, spec: { ...object.spec, replicas } };
}
