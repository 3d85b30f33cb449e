/** A value at a place in arguments: `props.pod.containers[0].name`. */
export interface Place {
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
}

/**
 * Values that a function of the library makes, whose insides are its own: probes of a container, uses; and an item of
 * STAC, which is refused as a whole.
 */
const MADE_BY_CALLS = ['item', 'dashboards', 'probes', 'uses', 'labelSelector', 'strategy'];

/** Every place in arguments, and what they are made of, but for the insides of classes, probes and exposures. */
export function places(value: unknown, steps: Place['steps'] = []): Place[] {
  const own = steps.length === 0 ? [] : [{ steps, value }];
  if (!isPlain(value) || MADE_BY_CALLS.includes(String(steps.at(-1))) || isMade(value)) return own;
  return [...own, ...Object.entries(value).flatMap(([key, entry]) => places(entry, [...steps, key]))];
}

/** The arguments with another value at one place. */
export function replaced<T>(value: T, [step, ...others]: Place['steps'], by: unknown): T {
  if (step === undefined) return by as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[step] = replaced(copy[step], others, by);
  return copy as T;
}

/** Values of every form but that of this one, or two of them: `null` and a text, or a number in place of a text. */
export function wrongFor(value: unknown, isBrief = false): readonly unknown[] {
  const wrong = WRONG.filter((other) => formOf(other) !== formOf(value));
  return isBrief ? wrong.slice(0, 2) : wrong;
}

/** The empty value of the form of this one, where it has one. Some of them are right. */
export function emptyFor(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [[]];
  return isPlain(value) ? [{}] : [];
}

const WRONG = [null, 'text', 7, true, {}, [], [7], () => {}];

function isMade(value: object): boolean {
  return 'exec' in value || ('type' in value && ('nodePort' in value || 'route' in value));
}

function formOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
