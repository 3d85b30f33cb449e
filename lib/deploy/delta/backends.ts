import type { Subject } from './subjects';

/** What can be served by one thing in one environment and by another in the other. */
interface BackendFamily {
  readonly name: string;
  /** Whether an object belongs to it. */
  readonly has: (subject: Subject) => boolean;
  /** What serves it, as its objects tell; the first that matches. */
  readonly variants: readonly { readonly name: string; readonly type: string }[];
  /** What serves it where no object does. */
  readonly outside: string;
}

const FAMILIES: readonly BackendFamily[] = [
  {
    name: 'PostgreSQL',
    has: ({ application = '' }) => application === 'postgres' || /(^|\.)cnpg\.io$/.test(application),
    variants: [
      { name: 'CloudNativePG', type: 'Cluster' },
      { name: 'StatefulSet', type: 'StatefulSet' },
    ],
    outside: 'a server of somebody else',
  },
  {
    name: 'object storage',
    has: ({ application }) => application === 'minio',
    variants: [{ name: 'MinIO', type: 'StatefulSet' }],
    outside: 'S3',
  },
];

/** The part of the platform that an object serves, where the environments may differ in what serves it. */
export function backendOf(subject: Subject): string | undefined {
  return FAMILIES.find(({ has }) => has(subject))?.name;
}

/** What serves a part of the platform, and the objects that it consists of: `StatefulSet (Service postgres, …)`. */
export function backendText(name: string, subjects: readonly Subject[]): string {
  const family = FAMILIES.find((candidate) => candidate.name === name);
  const variant = family?.variants.find(({ type }) => subjects.some((subject) => subject.type === type));
  if (subjects.length === 0) return family?.outside ?? '';
  const objects = subjects.map((subject) => subject.name).sort();
  return `${variant?.name ?? 'objects of its own'} (${objects.join(', ')})`;
}
