import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Health } from '../../../components/serving/health';
import type { ModelCache } from '../../../components/serving/model-cache';
import type { HttpConnection } from '../../../kube/network/connections';
import { type NodeCapacity, NodePool, type NodePoolProps } from '../../../kube/nodes/node-pools';
import { type ErrorLocation, InvalidPropError, pathOf, requireProp } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { requireWhole } from '../../../kube/objects/numbers';
import type { PullPolicy } from '../../../kube/pods/containers';
import type { ProbeTiming } from '../../../kube/pods/probes';
import type { PodUser } from '../../../kube/pods/security';
import { cpuString, sizeString } from '../../../kube/resources/quantities';
import { SecretRef } from '../../../kube/secrets/secrets';
import { modelDeploymentObjects } from '../model-deployment-objects';
import { completeModelServer, type OperatedModelServer } from '../model-server';

/** A ModelServer as the operator reads it: durations in seconds, amounts as Kubernetes writes them. */
interface ServerJson {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy;
  readonly registry: HttpConnection;
  readonly port?: number;
  readonly user?: PodUser;
  readonly health?: HealthJson;
  readonly modelCache?: { path: string; sizeLimit?: string; claimName?: string; accessMode?: AccessMode };
  readonly downloadSecret?: Pick<SecretRef, 'name' | 'checksum'>;
  readonly nodePool?: PoolJson;
  readonly kubernetesVersion?: string;
  readonly nodePools?: readonly PoolJson[];
}

type AccessMode = Extract<ModelCache, { readonly accessMode: unknown }>['accessMode'];

type HealthJson = Pick<Health, 'path' | 'readyPath' | 'startupPath'> & {
  readonly startupTimeoutSeconds?: number;
  readonly readiness?: TimingJson;
  readonly liveness?: TimingJson;
};

interface TimingJson {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

type PoolJson = Omit<NodePoolProps, 'capacity'> & { readonly capacity: { cpu: string; memory: string; pods?: number } };

/** The content of `server.json`, from which the operator makes the same objects as from the server itself. */
export function modelServerJson(operated: OperatedModelServer): string {
  requireKnownProps('modelServerJson()', { server: operated }, 'server:object');
  const { kubernetesVersion, nodePools, ...server } = operated;
  const complete = completeModelServer('modelServerJson()', server);
  const { image, imagePullPolicy, registry, port, user, health, modelCache, downloadSecret, nodePool } = complete;
  const json: ServerJson = {
    // One by one: their order does not depend on who gives them.
    image,
    imagePullPolicy,
    registry,
    port,
    user,
    health: {
      path: health.path,
      readyPath: health.readyPath,
      startupPath: health.startupPath,
      startupTimeoutSeconds: health.startupTimeout?.toSeconds(),
      readiness: health.readiness && timingJson(health.readiness),
      liveness: health.liveness && timingJson(health.liveness),
    },
    modelCache:
      'sizeLimit' in modelCache ? { ...modelCache, sizeLimit: sizeString(modelCache.sizeLimit) } : { ...modelCache },
    // Where the Secret is known to be is a matter of the synth: each namespace of models has its own.
    downloadSecret: downloadSecret && { name: downloadSecret.name, checksum: downloadSecret.checksum },
    nodePool: nodePool && poolJson(nodePool),
    kubernetesVersion,
    // Pods of one pool are spread over its nodes alone.
    nodePools: nodePool ? undefined : nodePools?.map(poolJson),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function timingJson({ initialDelay, period, timeout, failureThreshold }: ProbeTiming): TimingJson {
  return {
    initialDelaySeconds: initialDelay?.toSeconds(),
    periodSeconds: period?.toSeconds(),
    timeoutSeconds: timeout?.toSeconds(),
    failureThreshold,
  };
}

function poolJson({ tolerations: _, capacity, ...pool }: NodePool): PoolJson {
  const { cpu, memory, pods } = capacity;
  return { ...pool, capacity: { cpu: cpuString(cpu), memory: sizeString(memory), pods } };
}

/**
 * The server that a text of {@link modelServerJson} describes.
 * @param path - of the file, for messages
 * @throws InvalidPropError for a text that is no JSON, unknown properties, and values of which no pod could be made
 */
export function parseModelServer(text: string, path: string): OperatedModelServer {
  requireKnownProps('parseModelServer()', { text, path }, 'text path');
  try {
    const server = serverOf(path, parsed(text, path));
    requireModelServer(path, server);
    return server;
  } catch (error) {
    if (error instanceof InvalidPropError && !error.message.startsWith(path)) {
      error.message = `${path}: ${error.message}`;
    }
    throw error;
  }
}

/**
 * Checks that pods can be made of a server, by making those of a model that fits where any does.
 * @throws InvalidPropError that names `location`
 */
export function requireModelServer(location: ErrorLocation, server: OperatedModelServer, namespace = 'models'): void {
  const resources = { limits: { cpu: '1m', memory: '1Ki' } };
  const spec = { modelName: 'model', modelVersion: 1, resources };
  try {
    modelDeploymentObjects({ metadata: { name: 'model', namespace }, spec }, server);
  } catch (error) {
    if (error instanceof InvalidPropError) {
      // What a construct refuses names the construct, which is none of the caller's.
      error.message = `${pathOf(location)}: ${error.message.replace(/^model-platform\/\S*: /, '')}`;
    }
    throw error;
  }
}

function parsed(text: string, path: string): ServerJson {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidPropError(path, 'content', 'be JSON', text);
  }
}

function serverOf(path: string, json: ServerJson): OperatedModelServer {
  const words =
    'image imagePullPolicy?:Always|IfNotPresent|Never registry:HttpServer port?:number user?:object health?:object modelCache?:object downloadSecret?:object nodePool?:object kubernetesVersion? nodePools?:object[]';
  requireKnownProps(path, json, words);
  const { health, modelCache, downloadSecret, nodePool, nodePools, ...plain } = json;
  requireKnownProps(path, downloadSecret, 'name checksum?', 'downloadSecret');
  return {
    ...plain,
    health: health && healthOf(path, health),
    modelCache: modelCache && cacheOf(path, modelCache),
    downloadSecret: downloadSecret && new SecretRef(downloadSecret.name, downloadSecret.checksum),
    nodePool: nodePool && poolOf(path, nodePool),
    nodePools: nodePools?.map((pool) => poolOf(path, pool)),
  };
}

function healthOf(path: string, json: HealthJson): Health {
  const words = 'path? readyPath? startupPath? startupTimeoutSeconds?:number readiness?:object liveness?:object';
  requireKnownProps(path, json, words, 'health');
  const { startupTimeoutSeconds, readiness, liveness, ...paths } = json;
  return {
    ...paths,
    startupTimeout: seconds(path, 'health.startupTimeoutSeconds', startupTimeoutSeconds),
    readiness: readiness && timingOf(path, 'health.readiness', readiness),
    liveness: liveness && timingOf(path, 'health.liveness', liveness),
  };
}

function timingOf(path: string, prop: string, json: TimingJson): ProbeTiming {
  const words = 'initialDelaySeconds?:number periodSeconds?:number timeoutSeconds?:number failureThreshold?:number';
  requireKnownProps(path, json, words, prop);
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = json;
  return {
    initialDelay: seconds(path, `${prop}.initialDelaySeconds`, initialDelaySeconds),
    period: seconds(path, `${prop}.periodSeconds`, periodSeconds),
    timeout: seconds(path, `${prop}.timeoutSeconds`, timeoutSeconds),
    failureThreshold,
  };
}

function seconds(path: string, prop: string, amount: number | undefined): Duration | undefined {
  if (amount !== undefined) requireWhole(path, prop, amount, 0);
  return amount === undefined ? undefined : Duration.seconds(amount);
}

function cacheOf(path: string, json: NonNullable<ServerJson['modelCache']>): ModelCache {
  const words = 'path sizeLimit? claimName? accessMode?:ReadWriteOnce|ReadWriteMany|ReadOnlyMany';
  requireKnownProps(path, json, words, 'modelCache');
  const { sizeLimit, claimName, accessMode } = json;
  if (sizeLimit !== undefined) return { ...json, sizeLimit: sizeOf(path, 'modelCache.sizeLimit', sizeLimit) };
  requireProp(claimName !== undefined, path, 'modelCache', "have 'sizeLimit', or 'claimName' and 'accessMode'", json);
  requireProp(accessMode !== undefined, path, 'modelCache.accessMode', "be given with 'claimName'", accessMode);
  return { path: json.path, claimName, accessMode };
}

function poolOf(path: string, json: PoolJson): NodePool {
  return new NodePool({ ...json, capacity: capacityOf(path, json.capacity) });
}

function capacityOf(path: string, json: PoolJson['capacity']): NodeCapacity {
  requireKnownProps(path, json, 'cpu memory pods?:number', 'nodePool.capacity');
  const { cpu, memory, pods } = json;
  requireProp(/^\d+(\.\d+)?[mk]?$/.test(cpu), path, 'nodePool.capacity.cpu', 'be an amount like 4 or 500m', cpu);
  return { cpu: cpuOf(cpu), memory: sizeOf(path, 'nodePool.capacity.memory', memory), pods };
}

function cpuOf(text: string): Cpu {
  if (text.endsWith('m')) return Cpu.millis(Number(text.slice(0, -1)));
  return Cpu.units(text.endsWith('k') ? Number(text.slice(0, -1)) * 1000 : Number(text));
}

const UNITS = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function sizeOf(location: ErrorLocation, prop: string, text: string): Size {
  const [, amount, unit = ''] = /^(\d+)([KMGTPE]i)$/.exec(text) ?? [];
  requireProp(amount !== undefined, location, prop, 'be an amount like 512Mi or 2Gi', text);
  return Size.kibibytes(Number(amount) * 1024 ** UNITS.indexOf(unit));
}
