import { checksum } from '../../kube/objects/checksums';
import type { Manifest } from '../../kube/objects/serialization';

/** Objects by what they are called in a chart. */
export type Objects = Record<string, Manifest>;

/** What an object is called in a chart: a Job without the hash of its spec. */
export function objectKey({ kind, metadata: { name }, spec }: Manifest): string {
  const isHashed = kind === 'Job' && name.endsWith(`-${checksum(spec).slice(0, 8)}`);
  return `${kind} ${isHashed ? name.slice(0, -9) : name}`;
}

/** What an error calls a field: the object, and its path there. */
export function nameOf([object, ...steps]: readonly string[]): string {
  return `${object} ${steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`.trim();
}
