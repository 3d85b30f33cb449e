import { k8s } from 'cdk8s-plus-28';

/** What an L1 takes for one field of its manifest. */
export interface L1Field {
  /** Name of the property: `clusterIp` for `clusterIP`. */
  readonly prop: string;
  readonly container: 'none' | 'list' | 'map';
  /** Name of the struct of each value; `wrapped` for a Quantity or an IntOrString. */
  readonly value: 'plain' | 'wrapped' | { readonly struct: string };
}

/** The fields of a struct by their name in the manifest. */
export type L1Shape = ReadonlyMap<string, L1Field>;

const generated: Readonly<Record<string, unknown>> = k8s;
const shapes = new Map<string, L1Shape>();

/** Name of the L1 class of an object: `KubeStatefulSet`. */
export function l1Class(apiVersion: string, kind: string): string {
  for (const [name, candidate] of Object.entries(generated)) {
    if (typeof candidate !== 'function' || !('GVK' in candidate)) continue;
    const gvk = candidate.GVK as { readonly apiVersion: string; readonly kind: string };
    if (gvk.apiVersion === apiVersion && gvk.kind === kind) return name;
  }
  throw new Error(`cdk8s-plus-28 has no L1 class for ${apiVersion} ${kind}`);
}

/** The fields of a struct, read from the generated function that writes it: nothing else has the names of both sides. */
export function l1Shape(struct: string): L1Shape {
  let shape = shapes.get(struct);
  if (shape === undefined) {
    const write = generated[`toJson_${struct}`];
    if (typeof write !== 'function') throw new Error(`cdk8s-plus-28 has no toJson_${struct}`);
    shape = new Map(
      [...write.toString().matchAll(/^\s*'([^']+)': (.*),$/gm)].map(([, key = '', from = '']) => [key, field(from)]),
    );
    shapes.set(struct, shape);
  }
  return shape;
}

function field(from: string): L1Field {
  const prop = /obj\.(\w+)/.exec(from)?.[1];
  if (prop === undefined) throw new Error(`not understood: ${from}`);
  const struct = /toJson_(\w+)\(/.exec(from)?.[1];
  return {
    prop,
    container: from.includes('?.map(') ? 'list' : from.includes('Object.entries(') ? 'map' : 'none',
    value: struct !== undefined ? { struct } : from.includes('?.value') ? 'wrapped' : 'plain',
  };
}
