import { canonicalJson } from '../../lib/kube/objects/checksums';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Api, ApiError } from './api';
import { type Caches, collectionOf, controllerOf, KIND, OWNED } from './caches';
import { drift } from './drift';
import type { Lease } from './lease';
import { log, wordsOf } from './log';
import { notOurs, refusalOf } from './refusals';
import type { Registry } from './registry';
import { type Problem, statusOf } from './status';
import { deploymentNow, type Server, WantedObjects } from './wanted';
import type { Waves } from './waves';

/** Models that are worked on at the same time: of more Services at once, the API server creates fewer in a second. */
export const CONCURRENCY = 4;

/** Who writes, as the API server records it with each field. */
const MANAGER = 'ml-operator';
/** Who mends what an apply cannot; nothing stays its own. */
const MENDER = `${MANAGER}-repair`;
const MERGE_PATCH = 'application/merge-patch+json';
/** Milliseconds after which a registry that lacks a model is asked again. */
const ASK_AGAIN = 15_000;

/** What reconciling needs. */
export interface Surroundings {
  readonly api: Api;
  readonly lease: Pick<Lease, 'remaining'>;
  readonly caches: ReadonlyMap<string, Caches>;
  /** The settings of the server. */
  readonly server: () => Server;
  readonly waves: Waves;
  readonly registry: Registry;
  /** Told each write, for the metrics. */
  readonly wrote: (verb: string, kind: string) => void;
}

/** Brings what a ModelDeployment becomes to what it should be, and says in its status how that is. */
export class Reconciler {
  private readonly wanted = new WantedObjects();

  constructor(private readonly around: Surroundings) {}

  /** @returns milliseconds after which to look again */
  async reconcile(key: string): Promise<number | undefined> {
    const { waves, registry } = this.around;
    const [namespace = '', name = ''] = key.split('/');
    const caches = this.around.caches.get(namespace);
    const resource = caches?.of(KIND).get(name);
    // What it became goes with it: it is the owner.
    if (caches === undefined || resource === undefined || resource.metadata.deletionTimestamp !== undefined) {
      this.wanted.forget(key);
      registry.forget(key);
      return undefined;
    }
    const server = this.around.server();
    const live = caches.owned('Deployment', resource);
    const turn = waves.turnOf(key, server.revision, resource, live);
    const wanted = this.wanted.of(resource, server);
    let { problem } = wanted;
    let failure: unknown;
    const changes: string[] = [];
    if (problem === undefined) {
      try {
        await this.prune(caches, resource, wanted.objects, changes);
        for (const object of wanted.objects) {
          const now = object.kind === 'Deployment' ? deploymentNow(object, live, turn, resource) : object;
          problem = (await this.apply(caches, resource, now, changes)) ?? problem;
        }
      } catch (error) {
        problem = refusalOf(error);
        failure = error;
      }
    }
    if (changes.length > 0) await this.event(resource, 'Normal', 'Applied', changes.join(', '));
    const isKnown = failure === undefined || problem !== undefined;
    const missing = isKnown && (await this.report(key, caches, resource, problem, turn === 'later'));
    if (failure !== undefined) throw failure;
    return missing ? ASK_AGAIN : undefined;
  }

  /** Deletes what it owns and is no longer wanted. */
  private async prune(caches: Caches, resource: Manifest, wanted: readonly Manifest[], changes: string[]) {
    const names = new Set(wanted.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    for (const kind of OWNED) {
      for (const live of caches.of(kind).values()) {
        const { uid, name, deletionTimestamp } = live.metadata;
        const isOurs = controllerOf(live)?.uid === resource.metadata.uid;
        if (!isOurs || names.has(`${kind} ${name}`) || deletionTimestamp !== undefined) continue;
        const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } };
        await this.write('DELETE', `${collectionOf(kind, caches.namespace)}/${name}`, kind, body).catch((error) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        });
        changes.push(`deleted ${kind} ${name}`);
      }
    }
  }

  /** Applies an object where it is missing or differs. @returns why it is left alone */
  private async apply(caches: Caches, resource: Manifest, object: Manifest, changes: string[]) {
    const { kind, metadata } = object;
    const live = caches.of(kind).get(metadata.name);
    const owner = live && controllerOf(live);
    if (live && owner?.uid !== resource.metadata.uid) return notOurs(kind, metadata.name, owner, resource);
    const difference = live && drift(object, live);
    if (live && difference === undefined) return undefined;
    const path = `${collectionOf(kind, caches.namespace)}/${metadata.name}`;
    const body = { ...object, metadata: { ...metadata, uid: live?.metadata.uid } };
    // What was not there when this was read must not be somebody's now: without `force` their fields are a conflict.
    const apply = () => this.write('PATCH', `${path}?fieldManager=${MANAGER}${live ? '&force=true' : ''}`, kind, body);
    const answer = await apply().catch(async (error) => {
      if (!live || !(error instanceof ApiError && error.status === 422)) throw error;
      // What somebody added to a list, which an apply leaves there, may not stand beside what is wanted.
      const mended = await this.write('PATCH', `${path}?fieldManager=${MENDER}`, kind, body, MERGE_PATCH);
      const managedFields = mended.metadata.managedFields.filter(({ manager }: Manifest) => manager !== MENDER);
      await this.write('PATCH', path, kind, { metadata: { managedFields } }, MERGE_PATCH);
      return apply();
    });
    caches.of(kind).put(answer);
    if (answer.metadata.resourceVersion === live?.metadata.resourceVersion) return undefined;
    changes.push(live ? `updated ${kind} ${metadata.name} (${difference})` : `created ${kind} ${metadata.name}`);
    return undefined;
  }

  /** Writes the status where it is another. @returns whether the registry lacks the model */
  private async report(key: string, caches: Caches, resource: Manifest, problem?: Problem, waiting = false) {
    const { name, namespace, uid } = resource.metadata;
    const deployment = caches.owned('Deployment', resource);
    // Soon there is more to say: Kubernetes has yet to look at the Deployment as it is now.
    const behind = (deployment?.status?.observedGeneration ?? 0) < (deployment?.metadata.generation ?? 0);
    if (behind && problem === undefined) return false;
    const service = caches.owned('Service', resource);
    let isMissing = false;
    const status = statusOf(
      {
        resource,
        deployment,
        pods: caches.podsOf(resource),
        service: service?.metadata.name,
        url: service && `http://${service.metadata.name}.${namespace}:${service.spec.ports?.[0]?.port}`,
        least: caches.least(resource),
        problem,
        modelMissing: () => {
          const { registry, server } = this.around;
          const { modelName, modelVersion } = resource.spec ?? {};
          isMissing = registry.isMissing(key, server().settings.registry.url, modelName, modelVersion);
          return isMissing;
        },
        waiting,
      },
      resource.status,
    );
    if (canonicalJson(status) === canonicalJson(resource.status)) return isMissing;
    const { apiVersion, kind } = resource;
    const path = `${collectionOf(KIND, namespace)}/${name}/status?fieldManager=${MANAGER}&force=true`;
    const body = { apiVersion, kind, metadata: { name, namespace, uid }, status };
    caches.of(KIND).put(await this.write('PATCH', path, `${KIND}/status`, body));
    for (const { type, status: holds, reason, message } of status.conditions) {
      const before = resource.status?.conditions?.find((one: Manifest) => one.type === type);
      if (holds !== 'True' || reason === before?.reason) continue;
      if (type === 'Ready') await this.event(resource, 'Normal', 'Ready', message);
      if (type === 'Degraded') await this.event(resource, 'Warning', reason, message);
    }
    return isMissing;
  }

  /** Records an event; one that cannot be recorded is only logged. */
  private async event(resource: Manifest, type: string, reason: string, message: string): Promise<void> {
    const { name, namespace, uid } = resource.metadata;
    const model = `${namespace}/${name}`;
    log(type === 'Normal' ? 'info' : 'warn', message, { model, reason });
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
      log('warn', 'event was not recorded', { model, error: wordsOf(error) }),
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
