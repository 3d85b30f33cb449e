import type { Manifest } from '../../../kube/objects/serialization';
import type { DeltaGroup } from './rules';
import type { Subject } from './subjects';

/** What serves a part of the platform. */
export interface Backend {
  /** `StatefulSet`, `CloudNativePG`. */
  readonly served: string;
  /** The objects that it consists of. */
  readonly objects: readonly string[];
}

/** What both sides of a substitution have in other places, or only one of them. */
export interface BackendFact {
  readonly group: DeltaGroup;
  readonly label: string;
  /** By object. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What can be served by one thing in one environment and by another in the other. */
interface BackendFamily {
  readonly name: string;
  /** Whether an object belongs to it. */
  readonly has: (subject: Subject) => boolean;
  /** What serves it, by the kind that tells. */
  readonly servers: Readonly<Record<string, string>>;
  /** What has clients of it. */
  readonly clients: RegExp;
  /** What serves these where no object does. */
  readonly outside: string;
}

const FAMILIES: readonly BackendFamily[] = [
  {
    name: 'PostgreSQL',
    has: ({ application = '' }) => application === 'postgres' || /(^|\.)cnpg\.io$/.test(application),
    servers: { Cluster: 'CloudNativePG', StatefulSet: 'StatefulSet' },
    clients: /^release (stac|mlflow|zenml)$/,
    outside: 'a server of somebody else',
  },
  {
    name: 'object storage',
    has: ({ application }) => application === 'minio',
    servers: { StatefulSet: 'MinIO' },
    clients: /^(release mlflow|ZenML stack .*)$/,
    outside: 'S3',
  },
];

/** The part of a stack that an object serves: `PostgreSQL of fair`. */
export function backendNameOf(subject: Subject): string | undefined {
  const family = FAMILIES.find(({ has }) => has(subject));
  return family && nameIn(family, subject.stack);
}

function nameIn({ name }: BackendFamily, stack: string | undefined): string {
  return stack === undefined ? name : `${name} of ${stack}`;
}

/** What serves a part of a stack, given all that an environment has. */
export function backendOf(name: string, subjects: readonly Subject[]): Backend {
  const members = subjects.filter((subject) => backendNameOf(subject) === name);
  const family = FAMILIES.find((candidate) => name === candidate.name || name.startsWith(`${candidate.name} of `));
  const [, served] =
    Object.entries(family?.servers ?? {}).find(([kind]) => members.some(({ type }) => type === kind)) ?? [];
  const needed = subjects.some(({ type }) => family?.clients.test(type));
  const outside = needed ? family?.outside : undefined;
  return { served: served ?? outside ?? 'nothing', objects: members.map((subject) => subject.name).sort() };
}

const FACTS: readonly {
  readonly group: DeltaGroup;
  readonly label: string;
  /** By kind, what an object says about it. */
  readonly of: Readonly<Record<string, (spec: Manifest) => unknown>>;
}[] = [
  {
    group: 'scale',
    label: 'instances',
    of: { StatefulSet: ({ replicas = 1 }) => replicas, Cluster: ({ instances }) => instances },
  },
  {
    group: 'resources',
    label: 'requests and limits of an instance',
    of: {
      StatefulSet: ({ template }) => template?.spec?.containers?.[0]?.resources,
      Cluster: ({ resources }) => resources,
    },
  },
  {
    group: 'storage',
    label: 'volumes of an instance',
    of: {
      StatefulSet: ({ volumeClaimTemplates = [] }) => volumeClaimTemplates.map(claimText).join(', '),
      Cluster: ({ storage, walStorage }) =>
        [storageText(storage), ...(walStorage ? [`WAL ${storageText(walStorage)}`] : [])].join(', '),
    },
  },
  {
    group: 'storage',
    label: 'backups',
    of: { ScheduledBackup: ({ schedule }) => schedule },
  },
];

/** What the objects of a backend say about it, where another backend says the same in another way. */
export function backendFacts(subjects: readonly Subject[]): BackendFact[] {
  return FACTS.map(({ group, label, of }) => {
    const said = subjects.flatMap(({ type, name, fields }) => {
      const value = of[type]?.((fields as Manifest).spec ?? {});
      return value === undefined || value === '' ? [] : [[name.replace(/^.*[ /]/, ''), value]];
    });
    return { group, label, value: Object.fromEntries(said) };
  });
}

function claimText({ spec }: Manifest): string {
  return storageText({ size: spec?.resources?.requests?.storage, storageClass: spec?.storageClassName });
}

function storageText({ size, storageClass }: Manifest = {}): string {
  return storageClass === undefined ? size : `${size} of ${storageClass}`;
}
