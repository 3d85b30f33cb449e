import type { Manifest } from '../../lib/kube/objects/serialization';
import { MODEL_POD_LABELS } from '../../lib/stacks/model-platform/model-network';
import type { Api } from './api';
import { Watch } from './watch';
import type { Model } from './waves';

/** Name of the kind of a custom resource that is reconciled. */
export const KIND = 'ModelDeployment';

/** The kinds that a ModelDeployment becomes. */
export const OWNED: readonly string[] = ['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'];

const PATHS: Readonly<Record<string, readonly [group: string, plural: string]>> = {
  [KIND]: ['apis/ml.example.com/v1', 'modeldeployments'],
  Deployment: ['apis/apps/v1', 'deployments'],
  Service: ['api/v1', 'services'],
  HorizontalPodAutoscaler: ['apis/autoscaling/v2', 'horizontalpodautoscalers'],
  PodDisruptionBudget: ['apis/policy/v1', 'poddisruptionbudgets'],
  Pod: ['api/v1', 'pods'],
  Event: ['api/v1', 'events'],
};

/** Path of the objects of a kind in a namespace. */
export function collectionOf(kind: string, namespace: string): string {
  const found = PATHS[kind];
  if (found === undefined) throw new Error(`${kind} is no kind that a ModelDeployment becomes`);
  return `/${found[0]}/namespaces/${namespace}/${found[1]}`;
}

/** The reference of an object to what controls it. */
export function controllerOf({ metadata }: Manifest): Manifest | undefined {
  return metadata.ownerReferences?.find(({ controller }: Manifest) => controller);
}

const INSTANCE = 'app.kubernetes.io/instance';
/** The name of what a ModelDeployment becomes is its own with this. */
const SUFFIX = '-inference';

/** Copies of all that matters in one namespace. */
export class Caches {
  private readonly watches: ReadonlyMap<string, Watch>;

  /** @param changed - told the key, `namespace/name`, of each ModelDeployment that something changed for, and the kind of that */
  constructor(
    api: Api,
    readonly namespace: string,
    changed: (key: string, kind: string) => void,
  ) {
    const entry = (kind: string, watched: Partial<ConstructorParameters<typeof Watch>[1]> = {}): [string, Watch] => {
      const collection = collectionOf(kind, namespace);
      const tell = (object: Manifest) => {
        for (const name of concerned(kind, object)) changed(`${namespace}/${name}`, kind);
      };
      return [kind, new Watch(api, { collection, keep: withoutManagers, changed: tell, ...watched })];
    };
    const labelSelector = Object.entries(MODEL_POD_LABELS)
      .map((pair) => pair.join('='))
      .join(',');
    this.watches = new Map([
      ...[KIND, ...OWNED].map((kind) => entry(kind)),
      entry('Pod', { labelSelector, keep: keptOfPod }),
    ]);
  }

  get all(): readonly Watch[] {
    return [...this.watches.values()];
  }

  /** Whether all objects are known: without them, those that are there would look as if they were missing. */
  get complete(): boolean {
    return this.all.every(({ complete }) => complete);
  }

  of(kind: string): Watch {
    const watch = this.watches.get(kind);
    if (watch === undefined) throw new Error(`${kind} is not watched`);
    return watch;
  }

  /** The object of a kind that a ModelDeployment became. */
  owned(kind: string, { metadata }: Manifest): Manifest | undefined {
    const live = this.of(kind).get(`${metadata.name}${SUFFIX}`);
    return live && controllerOf(live)?.uid === metadata.uid ? live : undefined;
  }

  podsOf({ metadata }: Manifest): readonly Manifest[] {
    const instance = `${metadata.name}${SUFFIX}`;
    return [...this.of('Pod').values()].filter((pod) => pod.metadata.labels[INSTANCE] === instance);
  }

  /** Pods of a ModelDeployment that must serve: those of its autoscaler at the least. */
  least(resource: Manifest): number {
    const autoscaler = this.owned('HorizontalPodAutoscaler', resource);
    return autoscaler?.spec.minReplicas ?? resource.spec?.replicas ?? 1;
  }

  /** The ModelDeployments that have a Deployment, by their key. */
  *models(): Generator<[key: string, Model]> {
    for (const resource of this.of(KIND).values()) {
      const deployment = this.owned('Deployment', resource);
      const key = `${this.namespace}/${resource.metadata.name}`;
      if (deployment) yield [key, { resource, deployment, least: this.least(resource) }];
    }
  }
}

/** The names of the ModelDeployments that an object concerns: its owner, and who wants the name that it has. */
function concerned(kind: string, { metadata, ...object }: Manifest): ReadonlySet<string> {
  if (kind === KIND) return new Set([metadata.name]);
  const instance: string = kind === 'Pod' ? (metadata.labels?.[INSTANCE] ?? '') : metadata.name;
  const owner = controllerOf({ metadata, ...object });
  const names = instance.endsWith(SUFFIX) ? [instance.slice(0, -SUFFIX.length)] : [];
  return new Set(owner?.kind === KIND ? [...names, owner.name] : names);
}

function withoutManagers(object: Manifest): Manifest {
  return { ...object, metadata: { ...object.metadata, managedFields: undefined } };
}

/** Pods are many, and little of them is asked for. */
function keptOfPod({ metadata, status }: Manifest): Manifest {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata;
  const labels = { [INSTANCE]: metadata.labels?.[INSTANCE] };
  const { conditions, containerStatuses } = status ?? {};
  const scheduled = conditions?.filter(({ type }: Manifest) => type === 'PodScheduled');
  return {
    metadata: { name, namespace, uid, resourceVersion, deletionTimestamp, labels },
    status: { conditions: scheduled, containerStatuses },
  };
}
