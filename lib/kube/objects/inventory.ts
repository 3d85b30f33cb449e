import { type ApiObject, Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct, IConstruct } from 'constructs';
import { objectErrors } from '../credentials/check';
import type { UpdateStrategy } from '../pods/rollout';
import { InvalidPropError, pathOf } from './errors';
import type { Labels } from './labels';
import { perApp } from './per-app';
import { isClusterScoped } from './serialization';
import { sizeErrors } from './size-limits';
import { manifestOf, validateObjects } from './synth-run';
import { yamlStringErrors } from './yaml-strings';

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

/** The bounds of a number of pods: both are that number where it is fixed. */
export function replicaRange(replicas: number | ReplicaRange): ReplicaRange {
  if (typeof replicas === 'number') return { minReplicas: replicas, maxReplicas: replicas };
  const { minReplicas, maxReplicas } = replicas;
  return { minReplicas, maxReplicas };
}

interface Inventory {
  readonly podOwners: PodOwner[];
  readonly podOwnersOfNamespaces: Map<string | undefined, PodOwner[]>;
  readonly nodePorts: Map<number, IConstruct>;
}

const inventoryOf = perApp('inventory', (root): Inventory => {
  validateObjects(root, (objects) => [
    ...duplicateNames(objects),
    ...objects.flatMap((object) => {
      const json = JSON.stringify(manifestOf(object));
      return [...yamlStringErrors(object, json), ...sizeErrors(object, json)];
    }),
  ]);
  validateObjects(root, objectErrors);
  return { podOwners: [], podOwnersOfNamespaces: new Map(), nodePorts: new Map() };
});

/** Every workload of the app that `scope` is in, in the order of its creation. */
export function podOwners(scope: IConstruct): readonly PodOwner[] {
  return inventoryOf(scope).podOwners;
}

/** Enters a workload into the inventory of its app. */
export function recordPodOwner(workload: Omit<PodOwner, 'namespace'>): void {
  const owner = { ...workload, namespace: namespaceOf(workload.construct) };
  const { podOwners, podOwnersOfNamespaces } = inventoryOf(owner.construct);
  podOwners.push(owner);
  const others = podOwnersOfNamespaces.get(owner.namespace);
  if (others === undefined) podOwnersOfNamespaces.set(owner.namespace, [owner]);
  else others.push(owner);
}

/** Claims a port of every node for `scope`: a cluster can give it away once. */
export function claimNodePort(scope: Construct, prop: string, port: number): void {
  const { nodePorts } = inventoryOf(scope);
  const owner = nodePorts.get(port);
  if (owner !== undefined) {
    throw new InvalidPropError(scope, prop, `be a node port of its own (${pathOf(owner)} has it already)`, port);
  }
  nodePorts.set(port, scope);
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
  const where = `namespace '${namespaceOf(scope) ?? '(default)'}'`;
  scope.node.addValidation({
    validate: () =>
      selectedPods(scope, selector).length > 0
        ? []
        : [`'${prop}' must match the labels of a pod in ${where}, got ${JSON.stringify(selector)}`],
  });
}

/** Adds a validation: each name must be one of a container port of the pods that a selector of `scope` matches. */
export function requireContainerPorts(
  scope: Construct,
  prop: string,
  selector: Labels,
  names: readonly string[],
): void {
  scope.node.addValidation({
    validate: () =>
      selectedPods(scope, selector).flatMap(({ name: owner, template }) => {
        const ports = template.spec?.containers.flatMap((container) => container.ports ?? []).map(({ name }) => name);
        const allowed = ports?.map((name) => `'${name}'`).join(', ') || '(none)';
        return names
          .filter((name) => !ports?.includes(name))
          .map((name) => `'${prop}' must be one of the container ports of '${owner}', ${allowed}, got '${name}'`);
      }),
  });
}

/** The workloads in the namespace of `scope` whose pods a selector matches. */
export function selectedPods(scope: Construct, selector: Labels): PodOwner[] {
  const owners = inventoryOf(scope).podOwnersOfNamespaces.get(namespaceOf(scope)) ?? [];
  return owners.filter((owner) => selects(selector, owner.template.metadata?.labels));
}

/**
 * Adds a validation, once an app: no two objects of a kind have one name, all strings can be written as YAML, none holds a
 * credential, and no object is too large for the API server.
 */
export function requireUniqueNames(scope: IConstruct): void {
  inventoryOf(scope);
}

/** Two objects of one kind, namespace and name: `kubectl apply` would let the second overwrite the first. */
function duplicateNames(objects: readonly ApiObject[]): string[] {
  const first = new Map<string, ApiObject>();
  const errors: string[] = [];
  for (const object of objects) {
    const namespace = isClusterScoped(object) ? undefined : object.metadata.namespace;
    const key = `${object.apiGroup}/${object.kind}/${namespace ?? ''}/${object.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, object);
    else {
      const where = namespace === undefined ? '' : ` in namespace '${namespace}'`;
      errors.push(
        `${pathOf(object)}: 'name' must be unique for a ${object.kind}${where}, got '${object.name}', which ${pathOf(other)} has`,
      );
    }
  }
  return errors;
}
