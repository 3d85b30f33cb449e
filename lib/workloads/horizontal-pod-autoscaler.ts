import { ApiObject, type Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../kube/objects/errors';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { requireDnsSubdomain } from '../kube/objects/names';
import { addNotes } from '../kube/objects/notes';
import { requireWhole, wholeSeconds } from '../kube/objects/numbers';
import { manifestOf } from '../kube/objects/synth-run';
import type { Deployment } from './deployment';

/** What an autoscaler keeps at a target, on average over the pods. */
export type ScalingMetric = ResourceMetric | PodsMetric;

/** Use of a resource, in percent of what the containers request. */
export interface ResourceMetric {
  readonly type: 'cpu' | 'memory';
  /** Percent of the request; above 100 where limits allow more. */
  readonly averageUtilization: number;
}

/** A metric that the pods themselves report, through an adapter for the custom metrics API. */
export interface PodsMetric {
  readonly type: 'pods';
  /** Name of the metric. */
  readonly name: string;
  /** Value that each pod should have, to three decimals. */
  readonly averageValue: number;
}

/** How fast replicas change in one direction. */
export interface ScalingRules {
  /**
   * Window over which the most careful recommendation wins, at most an hour.
   * @default - none upwards, five minutes downwards
   */
  readonly stabilizationWindow?: Duration;
  /** Bounds of one step. @default - upwards 4 pods or 100 % each 15 s, downwards without bounds */
  readonly policies?: readonly [ScalingPolicy, ...ScalingPolicy[]];
}

/** At most so many pods, or so many percent of them, each period. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  /** At most half an hour. */
  readonly period: Duration;
}

/** How fast replicas change. */
export interface ScalingBehavior {
  /** @default - the defaults of Kubernetes */
  readonly scaleUp?: ScalingRules;
  /** @default - the defaults of Kubernetes */
  readonly scaleDown?: ScalingRules;
}

export interface HorizontalPodAutoscalerProps {
  readonly name: string;
  /** A Deployment whose `replicas` are bounds; the autoscaler takes them from there. */
  readonly target: Deployment;
  readonly metrics: readonly [ScalingMetric, ...ScalingMetric[]];
  /** @default - the defaults of Kubernetes */
  readonly behavior?: ScalingBehavior;
}

/** Decides how many pods a Deployment has. Metrics of CPU and memory come from metrics-server, which must be installed. */
export class HorizontalPodAutoscaler extends Construct {
  /** @throws InvalidPropError for a Deployment with a fixed number of replicas, or with an autoscaler already */
  constructor(scope: Construct, id: string, props: HorizontalPodAutoscalerProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name target:Deployment metrics:object[] behavior?:object');
    const { name, target, metrics, behavior = {} } = props;
    requireDnsSubdomain(this, 'name', name);
    target.autoscaledBy(this);
    requireKnownProps(this, behavior, 'scaleUp?:object scaleDown?:object', 'behavior');
    requireProp(metrics.length > 0, this, 'metrics', 'have a metric', metrics);
    for (const metric of metrics) requireMetric(this, metric);
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'Default', {
      metadata: { name, labels: { ...target.selector } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target.name },
        ...target.replicas,
        metrics: metrics.map(metricSpec),
        behavior: this.behavior(behavior),
      },
    });
    const resources = metrics.flatMap(({ type }) => (type === 'pods' ? [] : type));
    this.node.addValidation({ validate: () => resources.flatMap((resource) => missingRequests(target, resource)) });
    if (resources.includes('memory')) {
      addNotes(this, () => [
        'scales by memory, which most servers never release: pods that were added under load stay (with CPU or a metric of the pods they are removed again)',
      ]);
    }
  }

  private behavior({ scaleUp, scaleDown }: ScalingBehavior): k8s.HorizontalPodAutoscalerBehaviorV2 | undefined {
    const up = this.rules('behavior.scaleUp', scaleUp);
    const down = this.rules('behavior.scaleDown', scaleDown);
    return up || down ? { scaleUp: up, scaleDown: down } : undefined;
  }

  private rules(prop: string, rules: ScalingRules = {}): k8s.HpaScalingRulesV2 | undefined {
    requireKnownProps(this, rules, 'stabilizationWindow?:Duration policies?:object[]', prop);
    const { stabilizationWindow, policies } = rules;
    if (stabilizationWindow === undefined && policies === undefined) return undefined;
    const window = stabilizationWindow && wholeSeconds(this, `${prop}.stabilizationWindow`, stabilizationWindow);
    const allowed = 'be at most an hour (3600 s)';
    requireProp(window === undefined || window <= 3600, this, `${prop}.stabilizationWindow`, allowed, window);
    // The API server reads no policies as its own two.
    requireProp(policies?.length !== 0, this, `${prop}.policies`, 'have a policy', policies);
    return { stabilizationWindowSeconds: window, policies: policies?.map((policy) => this.policy(prop, policy)) };
  }

  private policy(prop: string, policy: ScalingPolicy): k8s.HpaScalingPolicyV2 {
    const words = 'type:Pods|Percent value:number period:Duration';
    requireKnownProps(this, policy, words, `${prop}.policies`);
    const { type, value, period } = policy;
    const periodSeconds = wholeSeconds(this, `${prop}.policies.period`, period);
    requireWhole(this, `${prop}.policies.value`, value, 1, 'be at least 1');
    const allowed = 'be from a second to half an hour (1800 s)';
    requireProp(periodSeconds >= 1 && periodSeconds <= 1800, this, `${prop}.policies.period`, allowed, periodSeconds);
    return { type, value, periodSeconds };
  }
}

function requireMetric(scope: Construct, metric: ScalingMetric): void {
  const words = 'type:cpu|memory|pods averageUtilization?:number name? averageValue?:number';
  requireKnownProps(scope, metric, words, 'metrics');
  if (metric.type === 'pods') {
    requireProp(
      /^(?!\.{1,2}$)[^/%]+$/.test(metric.name),
      scope,
      'metrics.name',
      "name a metric, without '/' and '%'",
      metric.name,
    );
    requireProp(
      millis(metric.averageValue) / 1000 === metric.averageValue &&
        metric.averageValue > 0 &&
        metric.averageValue < Number.MAX_SAFE_INTEGER,
      scope,
      `metrics.${metric.name}.averageValue`,
      'be above 0, with at most three decimals',
      metric.averageValue,
    );
    return;
  }
  const { type, averageUtilization } = metric;
  const allowed = 'be a whole percentage of the request, from 1';
  requireWhole(scope, `metrics.${type}.averageUtilization`, averageUtilization, 1, allowed);
}

function metricSpec(metric: ScalingMetric): k8s.MetricSpecV2 {
  if (metric.type === 'pods') {
    const { name } = metric;
    const averageValue = k8s.Quantity.fromString(amountString(metric.averageValue));
    return { type: 'Pods', pods: { metric: { name }, target: { type: 'AverageValue', averageValue } } };
  }
  const { type: name, averageUtilization } = metric;
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}

/** In the canonical form of the API server: `1500m`, not `1.5`. */
function amountString(amount: number): string {
  return Number.isInteger(amount) ? String(amount) : `${millis(amount)}m`;
}

function millis(amount: number): number {
  return Math.round(amount * 1000);
}

/** Containers without a request for the resource: a single one keeps the autoscaler from scaling. */
function missingRequests(target: Deployment, resource: string): string[] {
  // The manifest as it is written: a patch may have taken the request away.
  const { containers } = manifestOf(ApiObject.of(target)).spec.template.spec;
  return containers
    .filter((container: k8s.Container) => container.resources?.requests?.[resource] === undefined)
    .map(
      ({ name }: k8s.Container) =>
        `'metrics.${resource}' must have a request to be a percentage of, got container '${name}' without one`,
    );
}
