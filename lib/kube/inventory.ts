import { ApiObject, Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct, IConstruct } from 'constructs';
import { pathOf } from './errors';
import type { Labels } from './labels';
import type { UpdateStrategy } from './rollout';

/** A workload whose pods others select, measure and count. */
export interface PodOwner {
  readonly construct: Construct;
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job' | 'CronJob';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly template: k8s.PodTemplateSpec;
  /** How many pods it has. @default - one */
  readonly replicas?: ReplicaRange;
  /** How a Deployment replaces its pods. @default - others replace a pod only after it is gone */
  readonly strategy?: UpdateStrategy;
}

/** How many pods a workload has; the bounds differ where an autoscaler decides. */
export interface ReplicaRange {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

interface Inventory {
  readonly podOwners: PodOwner[];
}

const inventories = new WeakMap<IConstruct, Inventory>();

/** Every workload of the app that `scope` is in, in the order of its creation. */
export function podOwners(scope: IConstruct): readonly PodOwner[] {
  return inventoryOf(scope).podOwners;
}

/** Enters a workload into the inventory of its app. */
export function recordPodOwner(owner: PodOwner): void {
  inventoryOf(owner.construct).podOwners.push(owner);
}

/** The namespace that objects of `scope` are created in; undefined where the chart leaves it to `kubectl`. */
export function namespaceOf(scope: Construct): string | undefined {
  return Chart.of(scope).namespace;
}

/** The DNS name of a Service of the namespace of `scope`, which resolves from every namespace of the cluster. */
export function serviceHost(scope: Construct, name: string): string {
  const namespace = namespaceOf(scope);
  return namespace === undefined ? name : `${name}.${namespace}.svc`;
}

/** Whether a selector selects pods that carry `labels`. */
export function selects(selector: Labels, labels: Labels | undefined): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

/** Adds a validation: the selector of `scope` must match the pods of a workload in its namespace. */
export function requireSelectedPods(scope: Construct, prop: string, selector: Labels): void {
  const namespace = namespaceOf(scope);
  scope.node.addValidation({
    validate: () =>
      podOwners(scope).some(
        (owner) => owner.namespace === namespace && selects(selector, owner.template.metadata?.labels),
      )
        ? []
        : [
            `'${prop}' must match the labels of a pod in namespace '${namespace ?? '(default)'}', got ${JSON.stringify(selector)}`,
          ],
  });
}

function inventoryOf(scope: IConstruct): Inventory {
  const { root } = scope.node;
  let inventory = inventories.get(root);
  if (inventory === undefined) {
    inventory = { podOwners: [] };
    inventories.set(root, inventory);
    root.node.addValidation({ validate: () => duplicateNames(root) });
  }
  return inventory;
}

/** Two objects of one kind, namespace and name: `kubectl apply` would let the second overwrite the first. */
function duplicateNames(root: IConstruct): string[] {
  const first = new Map<string, ApiObject>();
  const errors: string[] = [];
  for (const object of root.node.findAll()) {
    if (!ApiObject.isApiObject(object)) continue;
    const key = `${object.apiGroup}/${object.kind}/${object.metadata.namespace ?? ''}/${object.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, object);
    else {
      const where = object.metadata.namespace === undefined ? '' : ` in namespace '${object.metadata.namespace}'`;
      errors.push(
        `${pathOf(object)}: 'name' must be unique for a ${object.kind}${where}, got '${object.name}', which ${pathOf(other)} has`,
      );
    }
  }
  return errors;
}
