import type { Manifest } from '../../lib/kube/objects/serialization';
import { MODEL_POD_LABELS } from '../../lib/stacks/model-platform/model-network';
import type { Api } from './api';
import { Watch } from './watch';

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
const SUFFIX = /-inference$/;

/** Copies of all that matters in one namespace. */
export class Caches {
  private readonly watches: ReadonlyMap<string, Watch>;

  /** @param changed - told the key, `namespace/name`, of each ModelDeployment that something changed for, and the kind of that */
  constructor(
    api: Api,
    readonly namespace: string,
    changed: (key: string, kind: string) => void,
  ) {
    const entry = (kind: string, watched: Partial<ConstructorParameters<typeof Watch>[1]>): [string, Watch] => {
      const keep = (object: Manifest) => ({ ...object, metadata: { ...object.metadata, managedFields: undefined } });
      const collection = collectionOf(kind, namespace);
      const tell = (object: Manifest) => {
        for (const name of concerned(kind, object)) changed(`${namespace}/${name}`, kind);
      };
      return [kind, new Watch(api, { collection, keep, indexedBy: () => undefined, changed: tell, ...watched })];
    };
    const labelSelector = Object.entries(MODEL_POD_LABELS)
      .map((pair) => pair.join('='))
      .join(',');
    this.watches = new Map([
      entry(KIND, {}),
      ...OWNED.map((kind) => entry(kind, { indexedBy: (object) => controllerOf(object)?.uid })),
      entry('Pod', { labelSelector, keep: keptOfPod, indexedBy: ({ metadata }) => metadata.labels?.[INSTANCE] }),
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
}

/** The names of the ModelDeployments that an object concerns: its owner, and who wants the name that it has. */
function concerned(kind: string, { metadata, ...object }: Manifest): ReadonlySet<string> {
  if (kind === KIND) return new Set([metadata.name]);
  const instance: string = kind === 'Pod' ? (metadata.labels?.[INSTANCE] ?? '') : metadata.name;
  const owner = controllerOf({ metadata, ...object });
  const names = SUFFIX.test(instance) ? [instance.replace(SUFFIX, '')] : [];
  return new Set(owner?.kind === KIND ? [...names, owner.name] : names);
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
