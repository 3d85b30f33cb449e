import type { Size } from 'cdk8s';
import { type Cpu, k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain, requireExtendedResource } from '../../kube/objects/names';
import { addNotes } from '../../kube/objects/notes';
import { requireWhole } from '../../kube/objects/numbers';
import { podUsage, quotaAmounts, quotaRefusals } from '../../kube/resources/pod-resources';
import {
  cpuString,
  quantities,
  type Resources,
  requireCpu,
  requireSize,
  resourceAmounts,
  sizeString,
} from '../../kube/resources/quantities';
import { quotaErrors, quotaNotes } from '../../kube/resources/quota-messages';
import { judgeQuota } from '../../kube/resources/quota-verdict';
import { type CountedPods, containerDefaults, countedPods } from './namespace-pods';

/** The sum over all pods of a namespace that are not finished. */
export interface QuotaResources {
  /** @default - no bound */
  readonly cpu?: Cpu;
  /** @default - no bound */
  readonly memory?: Size;
}

/** Pods that must fit beside those of the manifests: of a helm release, or one to look around with. */
export interface OtherPods {
  /** Name in messages. */
  readonly name: string;
  /** @default 1 */
  readonly count?: number;
  /** Of one pod. @default - what the LimitRange of the namespace gives to one container */
  readonly resources?: Resources;
}

export interface ResourceQuotaProps {
  readonly name: string;
  /** @default - no bound */
  readonly requests?: QuotaResources;
  /** @default - no bound */
  readonly limits?: QuotaResources;
  /** Extended resources, which are requested only: `{ 'nvidia.com/gpu': 2 }`. @default - no bound */
  readonly extendedRequests?: Readonly<Record<string, number>>;
  /** How many pods. @default - no bound */
  readonly pods?: number;
  /** Pods that are not in the manifests of the namespace. @default - none */
  readonly otherPods?: readonly OtherPods[];
}

/**
 * What the pods of a namespace may ask for together. It is checked against them: a Deployment that can never reach its
 * replicas, a rollout that would be stuck, and a container that admission refuses are errors; a rollout that
 * is only slowed down is a note.
 *
 * A quota on CPU or memory refuses every pod that does not set them, so it wants a LimitRange with defaults beside it.
 */
export class ResourceQuota extends Construct {
  constructor(scope: Construct, id: string, props: ResourceQuotaProps) {
    super(...placed(scope, id));
    const words = 'name requests?:object limits?:object extendedRequests?:number{} pods?:number otherPods?:object[]';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const { name, otherPods = [] } = props;
    requireDnsSubdomain(this, 'name', name);
    const hard = quantities(this.amounts(props));
    for (const [index, pods] of otherPods.entries()) {
      requireKnownProps(this, pods, 'name count?:number resources?:object', `otherPods[${index}]`);
      const { name: other, count = 1, resources } = pods;
      requireWhole(this, `otherPods.${other}.count`, count, 0);
      if (resources !== undefined) resourceAmounts(this, `otherPods.${other}.resources`, resources);
    }
    requireProp(Object.keys(hard).length > 0, this, 'requests', 'bound something (or limits, or pods)', props.requests);
    new k8s.KubeResourceQuota(this, 'Default', { metadata: { name }, spec: { hard } });
    this.node.addValidation({ validate: () => this.errors(hard, otherPods) });
    addNotes(this, () =>
      quotaNotes(
        judgeQuota(
          quotaAmounts(hard),
          this.pods(otherPods).map(({ counted }) => counted),
        ),
      ),
    );
  }

  private amounts({ requests = {}, limits = {}, extendedRequests = {}, pods }: ResourceQuotaProps) {
    for (const name of Object.keys(extendedRequests)) requireExtendedResource(this, 'extendedRequests', name);
    return {
      ...this.computeAmounts('requests', requests),
      ...this.computeAmounts('limits', limits),
      ...Object.fromEntries(
        Object.entries(extendedRequests).map(([resource, count]) => [
          `requests.${resource}`,
          this.count(`extendedRequests.${resource}`, count),
        ]),
      ),
      ...(pods === undefined ? {} : { pods: this.count('pods', pods) }),
    };
  }

  private computeAmounts(prop: string, resources: QuotaResources): Record<string, string> {
    requireKnownProps(this, resources, 'cpu?:Cpu memory?:Size', prop);
    const { cpu, memory } = resources;
    if (cpu !== undefined) requireCpu(this, `${prop}.cpu`, cpu);
    if (memory !== undefined) requireSize(this, `${prop}.memory`, memory);
    return {
      ...(cpu === undefined ? {} : { [`${prop}.cpu`]: cpuString(cpu) }),
      ...(memory === undefined ? {} : { [`${prop}.memory`]: sizeString(memory) }),
    };
  }

  private count(prop: string, count: number): string {
    requireWhole(this, prop, count, 0);
    return String(count);
  }

  private errors(hard: Readonly<Record<string, k8s.Quantity>>, otherPods: readonly OtherPods[]): string[] {
    const defaults = containerDefaults(this);
    const pods = this.pods(otherPods, defaults);
    const refusals = pods.flatMap(({ spec, counted: { kind, name } }) =>
      quotaRefusals(spec, Object.keys(hard), defaults).map(
        (why) => `'hard' must admit the pods of ${kind} '${name}', got a refusal: ${why}`,
      ),
    );
    const verdict = judgeQuota(
      quotaAmounts(hard),
      pods.map(({ counted }) => counted),
    );
    return [...refusals, ...quotaErrors('hard', verdict)];
  }

  private pods(otherPods: readonly OtherPods[], defaults = containerDefaults(this)): CountedPods[] {
    const others = otherPods.map((other): CountedPods => {
      const { name, count = 1 } = other;
      const spec = { containers: [this.container(other)] };
      return { spec, counted: { kind: 'Pod', name, usage: podUsage(spec, defaults), pods: count } };
    });
    return [...countedPods(this, defaults), ...others];
  }

  private container({ name, resources }: OtherPods): k8s.Container {
    if (resources === undefined) return { name };
    const { requests, limits } = resourceAmounts(this, `otherPods.${name}.resources`, resources);
    return { name, resources: { requests: quantities(requests), limits: quantities(limits) } };
  }
}
