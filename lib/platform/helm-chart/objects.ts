import { isDeepStrictEqual } from 'node:util';
import { checksum } from '../../kube/objects/checksums';
import { isObject } from '../../kube/objects/known-props';
import { at } from '../../kube/objects/patch';
import type { Manifest } from '../../kube/objects/serialization';

/** Objects by what they are called in a chart. */
export type Objects = Record<string, Manifest>;

/** What an object is called in a chart: a Job without the hash of its spec. */
export function objectKey({ kind, metadata: { name }, spec }: Manifest): string {
  const isHashed = kind === 'Job' && name.endsWith(`-${checksum(spec).slice(0, 8)}`);
  return `${kind} ${isHashed ? name.slice(0, -9) : name}`;
}

/** Something that is in one of two, or is another in each; of a list of which the other has all entries, an entry. */
export interface Difference {
  readonly steps: readonly string[];
  readonly from: unknown;
  readonly to: unknown;
}

export function differences(from: unknown, to: unknown, steps: readonly string[] = []): Difference[] {
  if (isDeepStrictEqual(from, to)) return [];
  const below = (keys: readonly string[]) =>
    keys.flatMap((key) => differences(at(from, [key]), at(to, [key]), [...steps, key]));
  if (isObject(from) && isObject(to)) return below([...new Set([...Object.keys(from), ...Object.keys(to)])]);
  if (!Array.isArray(from) || !Array.isArray(to)) return [{ steps, from, to }];
  if (from.length === to.length) return below(Object.keys(from));
  const [removed, added] = [besides(from, to), besides(to, from)];
  if (removed !== undefined)
    return removed.map((index) => ({ steps: [...steps, `${index}`], from: from[index], to: undefined }));
  if (added === undefined) return [{ steps, from, to }];
  return added.map((index, before) => ({ steps: [...steps, `${index - before}`], from: undefined, to: to[index] }));
}

/** Where a list has other entries between those of another. */
function besides(list: readonly unknown[], others: readonly unknown[]): number[] | undefined {
  let found = 0;
  const beside = list.flatMap((entry, index) => {
    if (!isDeepStrictEqual(entry, others[found])) return [index];
    found += 1;
    return [];
  });
  return found === others.length ? beside : undefined;
}

/** What an error calls a field: the object, and its path there. */
export function nameOf([object, ...steps]: readonly string[]): string {
  return `${object} ${steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`.trim();
}

/** From inside, and from the end of a list, what is taken out of it before what is new, so that paths stay as they are. */
export function fromInside<T extends { readonly steps: readonly string[]; readonly from?: unknown }>(
  all: readonly T[],
): T[] {
  const parent = ({ steps }: T) => steps.slice(0, -1).join();
  const order = (a: T, b: T) => {
    if (a.steps.length !== b.steps.length) return b.steps.length - a.steps.length;
    if (parent(a) !== parent(b)) return parent(a) < parent(b) ? -1 : 1;
    const places = Number(b.steps.at(-1)) - Number(a.steps.at(-1));
    return places || Number(a.from === undefined) - Number(b.from === undefined);
  };
  return [...all].sort(order);
}

/**
 * Puts entries in the place of one of a list or a map, or, where it is new, before that of a list.
 * @param entries - keys and contents; of a list, the key alone where there is no content
 */
export function put(parent: unknown, last: string, entries: Readonly<Record<string, unknown>>, isNew: boolean): void {
  if (Array.isArray(parent)) {
    const contents = Object.entries(entries).map(([key, content]) => content ?? key);
    parent.splice(Number(last), isNew ? 0 : 1, ...contents);
  } else if (isObject(parent)) {
    // What is around it comes before it.
    if (Object.keys(entries)[0] !== last) Reflect.deleteProperty(parent, last);
    Object.assign(parent, entries);
  }
}
