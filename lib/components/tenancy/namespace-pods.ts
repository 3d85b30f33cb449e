import { ApiObject, Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct, IConstruct } from 'constructs';
import { namespaceOf, type PodOwner, selectedPods } from '../../kube/objects/inventory';
import type { Manifest } from '../../kube/objects/serialization';
import { manifestOf } from '../../kube/objects/synth-run';
import { type ContainerDefaults, podUsage, type QuotaAmounts } from '../../kube/resources/pod-resources';
import type { NamespacePods } from '../../kube/resources/quota-verdict';
import { typedPod, typedQuantities } from '../../kube/resources/typed-pod';

/** The pods of a workload, as a quota counts them. */
export interface CountedPods {
  /** One of them: containers and what they ask for. */
  readonly spec: k8s.PodSpec;
  readonly counted: NamespacePods;
}

/**
 * The pods of every workload in the namespace of `scope`, as they are written: what a patch changes is counted as well.
 * Works on a finished tree only.
 */
export function countedPods(scope: Construct, defaults: ContainerDefaults): CountedPods[] {
  return selectedPods(scope, {}).map((owner) => {
    const { spec } = manifestOf(ApiObject.of(owner.construct));
    const pod = typedPod((spec.jobTemplate?.spec.template ?? spec.template).spec);
    return { spec: pod, counted: counted(owner, podUsage(pod, defaults)) };
  });
}

/**
 * The defaults of the LimitRanges in the namespace of `scope`: of those in its own chart or, where it has none, in all
 * charts.
 */
export function containerDefaults(scope: Construct): ContainerDefaults {
  const namespace = namespaceOf(scope);
  const own = limitItems(Chart.of(scope), namespace);
  const items = own.length > 0 ? own : limitItems(scope.node.root, namespace);
  return {
    default: typedQuantities(Object.assign({}, ...items.map((item) => item.default))),
    defaultRequest: typedQuantities(Object.assign({}, ...items.map((item) => item.defaultRequest))),
  };
}

function limitItems(scope: IConstruct, namespace: string | undefined): Manifest[] {
  return scope.node
    .findAll()
    .filter((object) => ApiObject.isApiObject(object))
    .filter(({ kind, metadata }) => kind === 'LimitRange' && metadata.namespace === namespace)
    .flatMap((object) => manifestOf(object).spec.limits)
    .filter(({ type }) => type === 'Container');
}

function counted(owner: PodOwner, usage: QuotaAmounts): NamespacePods {
  const { kind, name, replicas = { minReplicas: 1, maxReplicas: 1 }, strategy = {} } = owner;
  const { minReplicas: min, maxReplicas: max } = replicas;
  if (kind !== 'Deployment') return { kind, name, usage, pods: max };
  return { kind, name, usage, replicas: { min, max }, strategy };
}
