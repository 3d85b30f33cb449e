import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { recordPool } from '../network/connection-budget';
import { type GivenText, requireDeclaredServers } from '../network/named-servers';
import { connect, podsOf } from '../network/network';
import { requireNodeFit } from '../nodes/node-fit';
import { type NodePool, requireDeclaredPool } from '../nodes/node-pools';
import { checksum } from '../objects/checksums';
import { oneOf, requireProp, requireUnique } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { type Identity, type Labels, versionLabel } from '../objects/labels';
import { requireAnnotations, requireDnsSubdomain, requireLabels } from '../objects/names';
import { wholeSeconds } from '../objects/numbers';
import { perApp } from '../objects/per-app';
import { type ContainerProps, container, notEmpty } from './containers';
import { imageSettings } from './images';
import { requireTimeToStop } from './pre-stop';
import { type PodUser, podSecurity, requirePodUser } from './security';
import { requireSpread } from './topology-spread';
import { type Use, withUses } from './uses';
import { type ConfigSource, requireVolume, type Volume } from './volumes';

export interface PodProps {
  /** The containers; the first is the one that the pod is about. */
  readonly containers: readonly [ContainerProps, ...ContainerProps[]];
  /** Containers that run to their end, one after the other, before `containers` start. @default - none */
  readonly initContainers?: readonly ContainerProps[];
  /** What the pods connect to: databases, buckets, topics, servers. @default - nothing, or what `connect()` opens */
  readonly uses?: readonly Use[];
  readonly securityContext: PodUser;
  /** The nodes that the pod runs on. @default - any node without taints */
  readonly nodePool?: NodePool;
  /** @default - the default ServiceAccount of the namespace, without its token */
  readonly serviceAccountName?: string;
  /** Mounts the token of the ServiceAccount, for pods that talk to the API server. @default false */
  readonly automountServiceAccountToken?: boolean;
  /** How long a pod may take to stop, pauses before it (`preStop`) included. @default Duration.seconds(30) */
  readonly terminationGracePeriod?: Duration;
  /** Labels for `kubectl -l`, beside those that select the pod. @default - none */
  readonly podLabels?: Labels;
  /** @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** @default - the default class */
  readonly priorityClassName?: string;
  /** @default - the runtime of the node */
  readonly runtimeClassName?: string;
  /** @default - none */
  readonly topologySpreadConstraints?: k8s.TopologySpreadConstraint[];
}

/**
 * The pod template of a workload: the only place that puts a pod together.
 * @param claims - names of the claim templates that the workload has
 */
export function podTemplate(
  scope: Construct,
  identity: Identity,
  props: PodProps,
  claims: readonly string[] = [],
): k8s.PodTemplateSpec {
  const words =
    'containers:object[] initContainers?:object[] uses?:object[] securityContext:object nodePool?:NodePool serviceAccountName? automountServiceAccountToken?:boolean terminationGracePeriod?:Duration podLabels?:string{} podAnnotations?:string{} priorityClassName? runtimeClassName? topologySpreadConstraints?:object[]';
  requireKnownProps(scope, props, words, 'pod');
  const { uses = [], nodePool, terminationGracePeriod } = props;
  const [first, ...others] = props.containers;
  requireProp(first !== undefined, scope, 'pod.containers', 'have a container', []);
  const containers = [uses.length === 0 ? first : { ...first, env: withUses(scope, uses, first.env) }, ...others];
  const initContainers = [...uses.flatMap(({ wait = [] }) => wait), ...(props.initContainers ?? [])];
  const { podLabels = {}, podAnnotations = {} } = props;
  const all = [...initContainers, ...containers];
  const pods = podsOf(scope, identity);
  const { selector } = pods;
  requireLabels(scope, 'podLabels', podLabels);
  for (const key of Object.keys(podLabels)) {
    requireProp(!Object.hasOwn(selector, key), scope, 'podLabels', 'leave the labels of the selector alone', key);
  }
  requireAnnotations(scope, 'podAnnotations', podAnnotations);
  requirePodUser(scope, 'securityContext', props.securityContext);
  for (const prop of ['serviceAccountName', 'priorityClassName', 'runtimeClassName'] as const) {
    const name = props[prop];
    if (name !== undefined) requireDnsSubdomain(scope, prop, name);
  }
  requireSpread(scope, props.topologySpreadConstraints ?? []);
  if (nodePool !== undefined) requireDeclaredPool(scope, 'nodePool', nodePool);
  requireUnique(scope, 'containers', all, 'name');
  requireTimeToStop(scope, containers, terminationGracePeriod?.toSeconds({ integral: false }));
  const written = {
    initContainers: notEmpty(initContainers.map((props) => container(scope, props, true))),
    containers: containers.map((props) => container(scope, props)),
    volumes: notEmpty(volumesOf(scope, all, claims)),
  };
  const annotations = { ...podAnnotations, ...configChecksum(scope, all) };
  const { pullSecrets = [] } = imageSettings(scope);
  const template = {
    metadata: {
      labels: { ...selector, ...versionLabel(first.image), ...podLabels },
      annotations: notEmptyRecord(annotations),
    },
    spec: {
      // Service links turn a Service called postgres into POSTGRES_PORT=tcp://…, which programs take for theirs.
      enableServiceLinks: false,
      automountServiceAccountToken: props.automountServiceAccountToken ?? false,
      serviceAccountName: props.serviceAccountName,
      securityContext: podSecurity(props.securityContext),
      nodeSelector: nodePool && notEmptyRecord({ ...nodePool.selector }),
      tolerations: nodePool && notEmpty([...nodePool.tolerations]),
      priorityClassName: props.priorityClassName,
      runtimeClassName: props.runtimeClassName,
      terminationGracePeriodSeconds:
        terminationGracePeriod && wholeSeconds(scope, 'terminationGracePeriod', terminationGracePeriod),
      topologySpreadConstraints: props.topologySpreadConstraints,
      imagePullSecrets: notEmpty(pullSecrets.map((name) => ({ name }))),
      ...written,
    },
  };
  if (nodePool !== undefined) requireNodeFit(scope, 'resources', template.spec, nodePool);
  const addresses = uses.flatMap(({ addresses }) => addresses);
  if (addresses.length > 0) connect(pods, ...addresses);
  for (const { pool } of uses) if (pool) recordPool(scope, identity.instance, pool.host, pool.connections);
  const mentions = uses.flatMap(({ mentions = [] }) => mentions);
  requireDeclaredServers(pods, template, all.flatMap(textsOf), mentions);
  return template;
}

function notEmptyRecord(record: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

function volumesOf(scope: Construct, containers: readonly ContainerProps[], claims: readonly string[]): k8s.Volume[] {
  const volumes = new Map<string, Volume>();
  for (const { volume } of containers.flatMap(({ mounts = [] }) => mounts)) {
    const allowed =
      claims.length > 0 ? `${oneOf(claims)} (claims)` : 'have no claim template, which only a StatefulSet has';
    requireProp(volume.spec !== undefined || claims.includes(volume.name), scope, 'pod.mounts', allowed, volume.name);
    const other = volumes.get(volume.name);
    requireProp(other === undefined || other === volume, scope, 'mounts', 'have one volume a name', volume.name);
    if (other === undefined) requireVolume(scope, volume);
    volumes.set(volume.name, volume);
  }
  return [...volumes.values()].flatMap(({ spec }) => spec ?? []);
}

/** The annotation of a pod that has the checksum of what it reads at its start. */
export const CONFIG_CHECKSUM = 'checksum/config';

/** What each checksum of an app is made of: `name checksum` of the ConfigMaps and Secrets. */
export const checksumParts = perApp('checksum-parts', () => new Map<string, readonly string[]>());

/** One annotation for all that the pod reads at its start: when any of it changes, the pod is rolled. */
function configChecksum(scope: Construct, containers: readonly ContainerProps[]): Record<string, string> {
  // A ConfigMap and a Secret may have one name; what both containers read counts once.
  const read = containers
    .flatMap(configSources)
    .flatMap(({ name, checksum: sum }) => (sum === undefined ? [] : `${name} ${sum}`));
  if (read.length === 0) return {};
  const parts = [...new Set(read)].sort();
  const sum = checksum(parts);
  checksumParts(scope).set(sum, parts);
  return { [CONFIG_CHECKSUM]: sum };
}

function configSources({ mounts = [], env = {}, envFrom = [] }: ContainerProps): ConfigSource[] {
  return [
    ...mounts.flatMap(({ volume }) => volume.source ?? []),
    ...envFrom.map((source) => ('configMap' in source ? source.configMap : source.secret)),
    ...Object.values(env).flatMap((value) => (typeof value === 'object' && 'secret' in value ? value.secret : [])),
  ];
}

/** Texts that may contain the address of a server. */
function textsOf({ name, command = [], args = [], env = {}, envFrom = [] }: ContainerProps): GivenText[] {
  const data = envFrom.flatMap((source) => ('configMap' in source ? Object.entries(source.configMap.data ?? {}) : []));
  const values = Object.entries(env).flatMap(([key, value]) => {
    const text = typeof value === 'object' && 'value' in value ? value.value : value;
    return typeof text === 'string' ? [[`env.${key}`, text]] : [];
  });
  return [
    ...values,
    ...data.map(([key, text]) => [`config.${key}`, text]),
    ...Object.entries({ command, args }).flatMap(([prop, list]) => list.map((text) => [prop, text])),
  ].map(([prop, text]) => ({ prop: `container '${name}' ${prop}`, text: text ?? '' }));
}
