/** The path of a field, as people write it: `spec.containers`, `data["a.sql"]`. */
export function fieldPath(path: string, field: string): string {
  if (!/^[\w-]+$/.test(field)) return `${path}["${field}"]`;
  return path === '' ? field : `${path}.${field}`;
}

/** The path of an entry of a list: by its number, or by its name where the list is one of names. */
export function entryPath(path: string, entry: number | string): string {
  return `${path}[${entry}]`;
}

/** A name of a field, or a number in a list. */
export type Step = string | number;

/** The path that leads from the root of a document: `spec.containers[0].env[1].value`. */
export function stepsPath(steps: readonly Step[]): string {
  return steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? entryPath(path, step) : fieldPath(path, step)),
    '',
  );
}
