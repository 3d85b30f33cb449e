import type { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podsOf } from '../kube/network/network';
import type { Pods } from '../kube/network/peers';
import { recordPoolUse } from '../kube/nodes/pool-room';
import { requireProp, requireUnique } from '../kube/objects/errors';
import { type ReplicaRange, recordPodOwner, replicaRange } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { type Identity, type Labels, versionLabel } from '../kube/objects/labels';
import { requireDnsLabel, requireDnsSubdomain, requireServiceName } from '../kube/objects/names';
import { requireWhole } from '../kube/objects/numbers';
import { afterSerialization, type Manifest } from '../kube/objects/serialization';
import { type PodProps, podTemplate } from '../kube/pods/pod-template';
import { pausingServers, withSleepAction } from '../kube/pods/pre-stop';
import { requireSize, sizeString } from '../kube/resources/quantities';

/** A volume that every pod of a StatefulSet gets for itself and keeps. Immutable once it is created. */
export interface ClaimTemplate {
  /** Name of the claim; mount it with `Volume.claimTemplate(name)`. */
  readonly name: string;
  readonly size: Size;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
}

export interface StatefulSetProps {
  readonly identity: Identity;
  /** Name of the headless Service that gives each pod its DNS name. */
  readonly serviceName: string;
  /** @default 1 */
  readonly replicas?: number;
  /**
   * Whether pods start one after the other or all at once. Immutable. With `OrderedReady`, a pod that never becomes
   * ready is not replaced by a mended one until somebody deletes it (kubernetes/kubernetes#67250).
   * @default 'Parallel'
   */
  readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
  readonly pod: PodProps;
  readonly claims: readonly [ClaimTemplate, ...ClaimTemplate[]];
}

/** Pods with a name and a volume of their own. The name of the object is the instance of its identity. */
export class StatefulSet extends Construct {
  readonly name: string;
  /** How many pods it has: both bounds are the same. */
  readonly replicas: ReplicaRange;
  /** The labels that select its pods. */
  readonly selector: Labels;
  /** Its pods, for network policies. */
  readonly pods: Pods;

  constructor(scope: Construct, id: string, props: StatefulSetProps) {
    super(...placed(scope, id));
    const words =
      'identity:Identity serviceName replicas?:number podManagementPolicy?:OrderedReady|Parallel pod:object claims:object[]';
    requireKnownProps(this, props, words);
    const { identity, serviceName, replicas = 1, podManagementPolicy = 'Parallel', pod, claims } = props;
    this.pods = podsOf(this, identity);
    const { selector } = this.pods;
    const name = identity.instance;
    requireDnsLabel(this, 'name', name);
    // The label controller-revision-hash of its pods is the name and ten characters.
    requireProp(name.length <= 52, this, 'name', 'have at most 52 characters, the name of a StatefulSet', name);
    requireServiceName(this, 'serviceName', serviceName);
    requireWhole(this, 'replicas', replicas, 0);
    this.replicas = replicaRange(replicas);
    this.selector = selector;
    for (const claim of claims) {
      requireKnownProps(this, claim, 'name size:Size storageClassName?', 'claims');
    }
    const claimNames = claims.map((claim) => claim.name);
    // The pod of a StatefulSet of one is gone before the next one starts: a pause would only keep its clients waiting.
    const containers = replicas > 1 ? pausingServers(pod.containers) : pod.containers;
    const template = podTemplate(this, identity, { ...pod, containers }, claimNames);
    this.requireMountedClaims(pod, claims);
    this.name = name;
    const object = new k8s.KubeStatefulSet(this, 'Default', {
      metadata: { name, labels: { ...selector, ...versionLabel(pod.containers[0].image) } },
      spec: {
        serviceName,
        replicas,
        podManagementPolicy,
        selector: { matchLabels: { ...selector } },
        template,
        volumeClaimTemplates: claims.map((claim) => this.claimTemplate(claim, selector)),
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      },
    });
    afterSerialization(object, withClaimDefaults);
    afterSerialization(object, withSleepAction(this));
    recordPoolUse(this, pod.nodePool, template.spec, this.replicas);
    recordPodOwner({ construct: this, kind: 'StatefulSet', name, template, replicas: this.replicas });
  }

  /** A claim without a mount would stay empty. */
  private requireMountedClaims({ containers, initContainers = [] }: PodProps, claims: readonly ClaimTemplate[]): void {
    requireUnique(this, 'claims', claims, 'name');
    const mounted = [...initContainers, ...containers]
      .flatMap(({ mounts = [] }) => mounts)
      .filter(({ volume }) => volume.spec === undefined)
      .map(({ volume }) => volume.name);
    for (const { name } of claims)
      requireProp(mounted.includes(name), this, 'claims', 'be mounted by a container', name);
  }

  private claimTemplate(claim: ClaimTemplate, labels: Readonly<Record<string, string>>) {
    const { name, size, storageClassName } = claim;
    requireDnsLabel(this, 'claims.name', name);
    requireSize(this, `claims.${name}.size`, size);
    // The empty name is one, too: that of volumes without a class.
    if (storageClassName) requireDnsSubdomain(this, `claims.${name}.storageClassName`, storageClassName);
    return {
      metadata: { name, labels: { ...labels } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Filesystem',
        storageClassName,
        resources: { requests: { storage: k8s.Quantity.fromString(sizeString(size)) } },
      },
    };
  }
}

/**
 * Writes what the API server adds to claim templates. It compares the list as a whole, so that `kubectl apply` of an
 * unchanged manifest would always report "configured"; an L1 drops these fields. Before Kubernetes 1.34 the API server
 * adds a `creationTimestamp: null` as well, which newer ones do not: there it still reports it, and changes nothing.
 */
function withClaimDefaults({ spec, ...rest }: Manifest): Manifest {
  const volumeClaimTemplates = spec.volumeClaimTemplates.map((claim: Manifest) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    ...claim,
    status: { phase: 'Pending' },
  }));
  return { ...rest, spec: { ...spec, volumeClaimTemplates } };
}
