import type { IConstruct } from 'constructs';

/** Where a value was given: a construct of the tree, or the name of a value that has no place in it. */
export type Place = IConstruct | string;

/** A property has a value that cannot work. The message names the place, the property, what is allowed and the value. */
export class InvalidPropError extends Error {
  /** `error instanceof InvalidPropError` holds for those of another copy of this package, too. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return error instanceof Error && error.name === 'InvalidPropError';
  }

  constructor(place: Place, prop: string, allowed: string, got: unknown) {
    super(`${pathOf(place)}: '${prop}' must ${allowed}, got ${show(got)}`);
    this.name = 'InvalidPropError';
  }
}

/** Throws an {@link InvalidPropError} unless `condition` holds. */
export function requireProp(
  condition: boolean,
  place: Place,
  prop: string,
  allowed: string,
  got: unknown,
): asserts condition {
  if (!condition) throw new InvalidPropError(place, prop, allowed, got);
}

/** The path of a construct as error messages show it. */
export function pathOf(place: Place): string {
  return typeof place === 'string' ? place : place.node.path || 'app';
}

/** `a`, `b` or `c`, as error messages list what is allowed. */
export function oneOf(values: readonly string[]): string {
  return `be one of ${values.map((value) => `'${value}'`).join(', ') || '(none)'}`;
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
