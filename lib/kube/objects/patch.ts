import { isDeepStrictEqual } from 'node:util';
import { ApiObject, JsonPatch } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { InvalidPropError, requireProp } from './errors';
import { requireKnownProps } from './known-props';
import { afterSerialization } from './serialization';

/** One operation of RFC 6902 (JSON Patch) on the manifest as it is written. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * Changes any field of any object, after it was serialized, so that nothing filters the change away. A Job gets the
 * name of its new spec; the pods that read a ConfigMap or a Secret do not start again for what is patched into it.
 * Selectors, names, ports and images are checked without the patch.
 *
 * ```ts
 * patch(service.deployment, { op: 'add', path: '/spec/template/spec/priorityClassName', value: 'high' });
 * ```
 *
 * @param object - an object, or a construct that stands for one
 * @throws InvalidPropError at synth when a path does not exist or what was set is not in the output
 */
export function patch(object: IConstruct, ...operations: readonly PatchOperation[]): void {
  requireProp(
    Construct.isConstruct(object),
    'patch()',
    'object',
    'be an object, or a construct that stands for one',
    object,
  );
  const target = ApiObject.of(object);
  for (const operation of operations) {
    const { op, path, ...others } = operation ?? {};
    requireKnownProps(target, { op, path }, 'op:add|replace|remove path', 'patch()');
    requireProp(op === 'remove' || 'value' in others, target, `patch ${path}`, 'have a value', operation);
    afterSerialization(target, (manifest) => {
      if (operation.op === 'remove') return apply(target, operation, manifest, JsonPatch.remove(operation.path));
      const value = plain(target, operation.path, operation.value);
      const step = operation.op === 'add' ? JsonPatch.add : JsonPatch.replace;
      const result = apply(target, operation, manifest, step(operation.path, value));
      if (!isDeepStrictEqual(at(result, stepsOf(operation.path)), value)) {
        throw new InvalidPropError(target, `patch ${operation.path}`, 'be in the output', value);
      }
      return result;
    });
  }
}

function apply(target: ApiObject, { op, path }: PatchOperation, manifest: unknown, step: JsonPatch) {
  try {
    // The patch library accepts paths without a leading slash, and replaces and removes paths that do not exist.
    if (path.startsWith('/') && (op === 'add' || exists(manifest, path))) return JsonPatch.apply(manifest, step);
  } catch {
    // The parent of the added path does not exist.
  }
  throw new InvalidPropError(target, `patch ${path}`, `name a path of the ${target.kind} (its parent for 'add')`, op);
}

function exists(document: unknown, path: string): boolean {
  return !path.endsWith('/-') && at(document, stepsOf(path)) !== undefined;
}

/** The value at the steps of a JSON pointer, undefined where there is none; `-` is the end of a list. */
export function at(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce(child, document);
}

/** The names and numbers of a JSON pointer. */
export function stepsOf(path: string): readonly string[] {
  const steps = path.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(parent: unknown, step: string): unknown {
  if (Array.isArray(parent))
    return step === '-' ? parent.at(-1) : /^\d+$/.test(step) ? parent[Number(step)] : undefined;
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, step)) return undefined;
  return (parent as Record<string, unknown>)[step];
}

/** The value as plain JSON; quantities and ports of an L1 become what they stand for. */
function plain(target: ApiObject, path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(target, path, entry));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(target, path, entry)]));
  }
  // A Quantity or an IntOrString of any version of cdk8s-plus.
  if (typeof value === 'object' && value !== null && Object.keys(value).join() === 'value') {
    return plain(target, path, (value as { readonly value: unknown }).value);
  }
  const written = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!written) throw new InvalidPropError(target, `patch ${path}`, 'be a value that YAML can hold', value);
  // JSON has no -0.
  return value === 0 ? 0 : value;
}
