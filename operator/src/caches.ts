import type { Manifest } from '../../lib/kube/objects/serialization';
import { MODEL_POD_LABELS } from '../../lib/stacks/model-platform/model-network';
import type { Api } from './api';
import { labelText } from './status';
import { Watch } from './watch';
import type { Model } from './waves';

/** Name of the kind of a custom resource that is reconciled. */
export const KIND = 'ModelDeployment';

/** The kinds that a ModelDeployment becomes. */
export const OWNED: readonly string[] = ['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'];

const GROUPS: Readonly<Record<string, string>> = {
  [KIND]: 'apis/ml.example.com/v1',
  Deployment: 'apis/apps/v1',
  HorizontalPodAutoscaler: 'apis/autoscaling/v2',
  PodDisruptionBudget: 'apis/policy/v1',
};

/** Path of the objects of a kind in a namespace. */
export function collectionOf(kind: string, namespace: string): string {
  return `/${GROUPS[kind] ?? 'api/v1'}/namespaces/${namespace}/${kind.toLowerCase()}s`;
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
  private readonly watches = new Map<string, Watch>();

  /** @param changed - told the key, `namespace/name`, of each ModelDeployment that something changed for */
  constructor(
    api: Api,
    readonly namespace: string,
    changed: (key: string) => void,
  ) {
    for (const kind of [KIND, ...OWNED, 'Pod']) {
      const tell = (object: Manifest) => {
        for (const name of concerned(kind, object)) changed(`${namespace}/${name}`);
      };
      const selector = kind === 'Pod' ? labelText(MODEL_POD_LABELS) : '';
      this.watches.set(kind, new Watch(api, collectionOf(kind, namespace), tell, selector));
    }
  }

  get all(): readonly Watch[] {
    return [...this.watches.values()];
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
function concerned(kind: string, object: Manifest): ReadonlySet<string> {
  const { name, labels } = object.metadata;
  if (kind === KIND) return new Set([name]);
  const instance: string = kind === 'Pod' ? (labels[INSTANCE] ?? '') : name;
  const owner = controllerOf(object);
  const names = instance.endsWith(SUFFIX) ? [instance.slice(0, -SUFFIX.length)] : [];
  return new Set(owner?.kind === KIND ? [...names, owner.name] : names);
}
