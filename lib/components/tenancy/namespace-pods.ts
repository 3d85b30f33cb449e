import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { namespaceOf, type PodOwner, podOwners } from '../../kube/inventory';
import { type ContainerDefaults, podCharge } from '../../kube/pod-resources';
import type { NamespacePods } from '../../kube/quota-verdict';
import type { Manifest } from '../../kube/serialization';

/** The pod of a workload as it is written, patches included, with its quantities typed again. */
export interface WrittenPod {
  readonly owner: PodOwner;
  readonly spec: k8s.PodSpec;
}

/** The pods of every workload in the namespace of `scope`. Works on a finished tree only. */
export function writtenPods(scope: Construct): readonly WrittenPod[] {
  const namespace = namespaceOf(scope);
  return podOwners(scope)
    .filter((owner) => owner.namespace === namespace)
    .map((owner) => {
      const { spec } = ApiObject.of(owner.construct).toJson();
      const template = spec.jobTemplate?.spec.template ?? spec.template;
      return { owner, spec: typedPod(template.spec) };
    });
}

/** What the LimitRanges in the namespace of `scope` give to containers that say nothing. */
export function containerDefaults(scope: Construct): ContainerDefaults {
  const namespace = namespaceOf(scope);
  const items: Manifest[] = scope.node.root.node
    .findAll()
    .filter((object) => ApiObject.isApiObject(object) && object.kind === 'LimitRange')
    .map((object) => (object as ApiObject).toJson())
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap(({ spec }) => spec.limits.filter(({ type }: Manifest) => type === 'Container'));
  return {
    default: typed(Object.assign({}, ...items.map((item) => item.default))),
    defaultRequest: typed(Object.assign({}, ...items.map((item) => item.defaultRequest))),
  };
}

/** A workload's pods as a quota counts them. */
export function countedPods({ owner, spec }: WrittenPod, defaults: ContainerDefaults): NamespacePods {
  const { kind, name, replicas: { minReplicas: min, maxReplicas: max } = { minReplicas: 1, maxReplicas: 1 } } = owner;
  const charge = podCharge(spec, defaults);
  if (kind !== 'Deployment') return { kind, name, charge, pods: max };
  return { kind, name, charge, replicas: { min, max }, strategy: owner.strategy ?? {} };
}

function typedPod({ containers, initContainers = [], overhead }: Manifest): k8s.PodSpec {
  return {
    containers: containers.map(typedContainer),
    initContainers: initContainers.map(typedContainer),
    overhead: overhead && typed(overhead),
  };
}

function typedContainer({ name, restartPolicy, resources = {} }: Manifest): k8s.Container {
  const { requests = {}, limits = {} } = resources;
  return { name, restartPolicy, resources: { requests: typed(requests), limits: typed(limits) } };
}

function typed(amounts: Readonly<Record<string, string | number>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]),
  );
}
