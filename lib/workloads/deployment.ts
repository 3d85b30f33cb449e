import type { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podsOf } from '../kube/network/network';
import type { Pods } from '../kube/network/peers';
import { recordPoolUse } from '../kube/nodes/pool-room';
import { requireProp } from '../kube/objects/errors';
import { given } from '../kube/objects/given';
import { type ReplicaRange, recordPodOwner, replicaRange } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { type Identity, type Labels, versionLabel } from '../kube/objects/labels';
import { requireDnsLabel } from '../kube/objects/names';
import { requireWhole, wholeSeconds } from '../kube/objects/numbers';
import { afterSerialization } from '../kube/objects/serialization';
import { type PodProps, podTemplate } from '../kube/pods/pod-template';
import { pausingServers, withSleepAction } from '../kube/pods/pre-stop';
import { requireUpdateStrategy, rollingUpdate, type UpdateStrategy } from '../kube/pods/rollout';
import { topologySpread } from '../kube/pods/topology-spread';

export interface DeploymentProps {
  readonly identity: Identity;
  readonly pod: PodProps;
  /**
   * How many pods: a number, or the bounds between which a HorizontalPodAutoscaler decides. With bounds the manifest
   * holds no number, so that applying it again does not undo what the autoscaler did.
   * @default 1
   */
  readonly replicas?: number | ReplicaRange;
  /** How pods are replaced. @default {}, a rolling update by 25 % */
  readonly strategy?: UpdateStrategy;
  /**
   * How long a rollout may go without progress before it counts as failed; longer than a pod takes to become ready.
   * @default Duration.minutes(10)
   */
  readonly progressDeadline?: Duration;
}

/** Interchangeable pods. The name of the object is the instance of its identity. */
export class Deployment extends Construct {
  readonly name: string;
  /** How many pods it has at least and at most. */
  readonly replicas: ReplicaRange;
  readonly strategy: UpdateStrategy;
  /** Whether a HorizontalPodAutoscaler has to decide how many pods there are. */
  readonly autoscaled: boolean;
  /** The labels that select its pods. */
  readonly selector: Labels;
  /** Its pods, for network policies. */
  readonly pods: Pods;
  private autoscaler?: Construct;

  constructor(scope: Construct, id: string, props: DeploymentProps) {
    super(...placed(scope, id));
    const words =
      'identity:Identity pod:object replicas?:number|object strategy?:Recreate|object progressDeadline?:Duration';
    requireKnownProps(this, props, words);
    const { identity, pod, replicas = 1, strategy = {}, progressDeadline } = props;
    this.pods = podsOf(this, identity);
    const { selector } = this.pods;
    const name = identity.instance;
    requireDnsLabel(this, 'name', name);
    requireUpdateStrategy(this, 'strategy', strategy);
    if (typeof replicas === 'object') {
      requireKnownProps(this, replicas, 'minReplicas:number maxReplicas:number', 'replicas');
    }
    const fixed = typeof replicas === 'number' ? replicas : undefined;
    const range = replicaRange(replicas);
    requireReplicas(this, fixed, range);
    const template = podTemplate(this, identity, {
      topologySpreadConstraints: topologySpread(this, selector, range.maxReplicas, pod.nodePool, 'pod-template-hash'),
      ...given(pod),
      containers: pausingServers(pod.containers),
    });
    this.name = name;
    this.replicas = range;
    this.strategy = strategy;
    this.autoscaled = fixed === undefined;
    this.selector = selector;
    const object = new k8s.KubeDeployment(this, 'Default', {
      metadata: { name, labels: { ...selector, ...versionLabel(pod.containers[0].image) } },
      spec: {
        replicas: fixed,
        strategy: strategySpec(strategy),
        progressDeadlineSeconds: progressDeadline && wholeSeconds(this, 'progressDeadline', progressDeadline, 1),
        selector: { matchLabels: { ...selector } },
        template,
      },
    });
    afterSerialization(object, withSleepAction(this));
    recordPoolUse(this, pod.nodePool, template.spec, range);
    recordPodOwner({ construct: this, kind: 'Deployment', name, template, replicas: range, strategy });
    if (this.autoscaled) this.node.addValidation({ validate: () => this.missingAutoscaler() });
  }

  /**
   * Enters the autoscaler that decides how many pods there are.
   * @throws InvalidPropError for a fixed number of pods, and for a second autoscaler: two would undo each other's work
   */
  autoscaledBy(autoscaler: Construct): void {
    const { minReplicas } = this.replicas;
    requireProp(this.autoscaled, autoscaler, 'target', 'have bounds for its replicas, not a number', minReplicas);
    const other = this.autoscaler?.node.path;
    requireProp(other === undefined, autoscaler, 'target', 'have one autoscaler', other);
    this.autoscaler = autoscaler;
  }

  private missingAutoscaler(): string[] {
    if (this.autoscaler !== undefined) return [];
    const { minReplicas, maxReplicas } = this.replicas;
    return [
      `'replicas' must be a number where no HorizontalPodAutoscaler decides between bounds, got ${minReplicas} to ${maxReplicas}`,
    ];
  }
}

function requireReplicas(scope: Construct, fixed: number | undefined, { minReplicas, maxReplicas }: ReplicaRange) {
  if (fixed !== undefined) {
    requireWhole(scope, 'replicas', fixed, 0);
    return;
  }
  // The autoscaler goes down to 0 only behind a feature gate, and wakes nothing up by CPU.
  requireWhole(scope, 'replicas.minReplicas', minReplicas, 1);
  const allowed = `be a whole number from minReplicas (${minReplicas})`;
  requireWhole(scope, 'replicas.maxReplicas', maxReplicas, minReplicas, allowed);
}

function strategySpec(strategy: UpdateStrategy): k8s.DeploymentStrategy {
  if (strategy === 'Recreate') return { type: 'Recreate' };
  const { maxSurge, maxUnavailable } = rollingUpdate(strategy);
  return {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: maxSurge.toIntOrString(), maxUnavailable: maxUnavailable.toIntOrString() },
  };
}
