/** A value at a place in arguments: `props.pod.containers[0].name`. */
export interface Place {
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
}

/** Values that a function of the library makes, whose insides are its own: probes of a container, uses, exposures. */
const MADE_BY_CALLS = ['dashboards', 'probes', 'uses', 'exposure', 'labelSelector', 'strategy'];

/** Every place in arguments, and what they are made of, but for the insides of classes. */
export function places(value: unknown, steps: Place['steps'] = []): Place[] {
  const own = steps.length === 0 ? [] : [{ steps, value }];
  if (!isPlain(value) || MADE_BY_CALLS.includes(String(steps.at(-1)))) return own;
  return [...own, ...Object.entries(value).flatMap(([key, entry]) => places(entry, [...steps, key]))];
}

/** The arguments with another value at one place. */
export function replaced<T>(value: T, [step, ...others]: Place['steps'], by: unknown): T {
  if (step === undefined) return by as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[step] = replaced(copy[step], others, by);
  return copy as T;
}

/** Values of every form but that of this one. */
export function wrongFor(value: unknown): readonly unknown[] {
  return WRONG.filter((wrong) => formOf(wrong) !== formOf(value));
}

const WRONG = [null, 'text', 7, true, {}, [], [7], () => {}];

function formOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
