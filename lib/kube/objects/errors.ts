import type { IConstruct } from 'constructs';

/** Where a value was given: a construct of the tree, or the name of a value that has no place in it. */
export type ErrorLocation = IConstruct | string;

/** A property has a value that cannot work. The message names the place, the property, what is allowed and the value. */
export class InvalidPropError extends Error {
  /** `error instanceof InvalidPropError` holds for those of another copy of this package, too. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return error instanceof Error && error.name === 'InvalidPropError';
  }

  constructor(location: ErrorLocation, prop: string, allowed: string, got: unknown) {
    super(`${pathOf(location)}: '${prop}' must ${allowed}, got ${show(got)}`);
    this.name = 'InvalidPropError';
  }
}

/** Throws an {@link InvalidPropError} unless `condition` holds. */
export function requireProp(
  condition: boolean,
  location: ErrorLocation,
  prop: string,
  allowed: string,
  got: unknown,
): asserts condition {
  if (!condition) throw new InvalidPropError(location, prop, allowed, got);
}

/**
 * Throws an {@link InvalidPropError} for a duplicate in a list.
 * @param key - what must be unique in lists of objects. @default - the values themselves
 */
export function requireUnique<T>(location: ErrorLocation, prop: string, values: readonly T[], key?: keyof T): void {
  const keys: readonly unknown[] = key === undefined ? values : values.map((value) => value[key]);
  const duplicate = keys.find((value, index) => keys.indexOf(value) !== index);
  const path = key === undefined ? prop : `${prop}.${String(key)}`;
  requireProp(duplicate === undefined, location, path, 'have no duplicates', duplicate);
}

/** The path of a construct as error messages show it. */
export function pathOf(location: ErrorLocation): string {
  return (typeof location === 'string' ? location : location?.node?.path) || 'app';
}

/** `a`, `b` or `c`, as error messages list what is allowed. */
export function oneOf(values: readonly string[]): string {
  return `be one of ${values.map((value) => `'${value}'`).join(', ') || '(none)'}`;
}

/** The value of a name; throws an {@link InvalidPropError} that lists the names there are. */
export function findByName<T extends { readonly name: string }>(
  location: ErrorLocation,
  prop: string,
  values: readonly T[],
  name: string,
): T {
  const found = values.find((value) => value.name === name);
  requireProp(found !== undefined, location, prop, oneOf(values.map((value) => value.name)), name);
  return found;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Constructs lead to their scope, which leads back to them.
    return 'an object';
  }
}
