import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { requireProp, requireUnique } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsLabel, requireExtendedResource, requirePort } from '../objects/names';
import { requireWhole } from '../objects/numbers';
import { quantities, type Resources, resourceAmounts } from '../resources/quantities';
import { type Env, type EnvFrom, envFromSources, envVars } from './env';
import { resolveImage } from './images';
import { type PreStop, preStopLifecycle } from './pre-stop';
import { type Probes, requireProbes } from './probes';
import { containerSecurity, requireUser } from './security';
import { type Mount, requireMount } from './volumes';

/** When the kubelet pulls an image. `Never` is for images that are loaded into the nodes. */
export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export interface ContainerProps {
  readonly name: string;
  /** Image reference, pinned by a tag or a digest. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** @default - the entrypoint of the image */
  readonly command?: readonly string[];
  /** @default - the arguments of the image */
  readonly args?: readonly string[];
  /** Container ports by name. @default - none */
  readonly ports?: Readonly<Record<string, number>>;
  /** @default - none */
  readonly env?: Env;
  /** @default - none */
  readonly envFrom?: readonly EnvFrom[];
  readonly resources: Resources;
  /** Extended resources, the same in requests and limits: `{ 'nvidia.com/gpu': 1 }`. @default - none */
  readonly extendedResources?: Readonly<Record<string, number>>;
  /** @default - none */
  readonly probes?: Probes;
  /** @default - none */
  readonly mounts?: readonly Mount[];
  /**
   * What the container does before it is told to stop; `Duration.seconds(0)` for nothing.
   * @default - a pause of 5 seconds where it has ports and its workload replaces it at once (a Deployment, or a
   * StatefulSet of several); else nothing
   */
  readonly preStop?: PreStop;
  /** Numeric user id, where it differs from the pod's. @default - the pod's */
  readonly user?: number;
  /** @default true */
  readonly readOnlyRootFilesystem?: boolean;
  /** `Always` makes an init container a sidecar. @default - none */
  readonly restartPolicy?: 'Always';
}

// What IANA takes for the name of a service.
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** A container as a pod has it, among its init containers or not. */
export function container(scope: Construct, props: ContainerProps, init = false): k8s.Container {
  const { name, imagePullPolicy = 'IfNotPresent', command, args, ports = {}, env = {}, envFrom = [] } = props;
  const { probes = {}, mounts = [], preStop, user, readOnlyRootFilesystem } = props;
  const at = `container '${name}'`;
  const words =
    'name image imagePullPolicy?:Always|IfNotPresent|Never command?:string[] args?:string[] ports?:number{} env?:object envFrom?:object[] resources:object extendedResources?:number{} probes?:object mounts?:object[] preStop?:Duration|string[] user?:number readOnlyRootFilesystem?:boolean restartPolicy?:Always';
  requireKnownProps(scope, props, words, at);
  requireDnsLabel(scope, 'containers.name', name);
  const { restartPolicy } = props;
  requireProp(
    restartPolicy === undefined || init,
    scope,
    `${at} restartPolicy`,
    'be given to an init container',
    restartPolicy,
  );
  const given = preStop ?? Object.values(probes).find((probe) => probe !== undefined);
  const allowed = 'have neither preStop nor probes: Kubernetes 1.28 refuses those of an init container';
  requireProp(!init || given === undefined, scope, at, allowed, given);
  requirePorts(scope, `${at} ports`, ports);
  requireProbes(scope, `${at} probes`, probes, Object.keys(ports));
  for (const mount of mounts) requireMount(scope, `${at} mounts`, mount);
  requireUnique(scope, `${at} mounts`, mounts, 'path');
  if (user !== undefined) requireUser(scope, `${at} user`, user);
  return {
    name,
    image: resolveImage(scope, `${at} image`, props.image, imagePullPolicy !== 'Never'),
    imagePullPolicy,
    command: command && notEmpty([...command]),
    args: args && notEmpty([...args]),
    ports: notEmpty(Object.entries(ports).map(([portName, containerPort]) => ({ name: portName, containerPort }))),
    env: notEmpty(envVars(scope, env)),
    envFrom: notEmpty(envFromSources(scope, envFrom)),
    resources: containerResources(scope, `${at} resources`, props),
    startupProbe: probes.startup,
    readinessProbe: probes.readiness,
    livenessProbe: probes.liveness,
    lifecycle: preStop && preStopLifecycle(scope, `${at} preStop`, preStop),
    volumeMounts: notEmpty(mounts.map(volumeMount)),
    securityContext: containerSecurity({ user, readOnlyRootFilesystem }),
    restartPolicy,
  };
}

/** The list, or nothing where it is empty: the API server drops empty lists, and a second apply would differ. */
export function notEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function requirePorts(scope: Construct, prop: string, ports: Readonly<Record<string, number>>): void {
  const names = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    requireProp(
      name.length <= 15 && PORT_NAME.test(name),
      scope,
      prop,
      "have names of at most 15 lower-case letters, digits and single inner '-', with a letter",
      name,
    );
    requirePort(scope, `${prop}.${name}`, port);
    const other = names.get(port);
    const allowed = `differ from that of '${other}': kubectl apply merges ports of one number`;
    requireProp(other === undefined, scope, `${prop}.${name}`, allowed, port);
    names.set(port, name);
  }
}

function containerResources(scope: Construct, prop: string, props: ContainerProps): k8s.ResourceRequirements {
  const { requests, limits } = resourceAmounts(scope, prop, props.resources);
  const extended = Object.entries(props.extendedResources ?? {}).map(([name, amount]) => {
    requireExtendedResource(scope, `${prop}`, name);
    requireWhole(scope, `${prop}.${name}`, amount, 1);
    return [name, String(amount)] as const;
  });
  return {
    requests: quantities({ ...requests, ...Object.fromEntries(extended) }),
    limits: quantities({ ...limits, ...Object.fromEntries(extended) }),
  };
}

function volumeMount({ volume, path, subPath, readOnly }: Mount): k8s.VolumeMount {
  return { name: volume.name, mountPath: path, subPath, readOnly: readOnly || undefined };
}
