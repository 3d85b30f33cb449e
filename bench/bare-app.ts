import { asL1 } from './l1-manifest';
import { type L1Field, l1Class, l1Shape } from './l1-shapes';

/** A chart as it was synthesized. */
export interface SynthesizedChart {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
  readonly objects: readonly Record<string, any>[];
}

/**
 * Source of a cdk8s app without this library that writes the same manifests: CommonJS that
 * exports a function of the App. Every object is a literal of the L1 class of its kind; what differs between the copies
 * of a chart is a parameter.
 */
export function bareApp(charts: readonly SynthesizedChart[]): string {
  const [first] = charts;
  if (first === undefined) throw new Error('no charts');
  const parameters = new Parameters(charts.length);
  const objects = first.objects.map(({ apiVersion, kind }, index) => {
    const name = l1Class(apiVersion, kind);
    const copies = charts.map(({ objects }) => withoutType(asL1(objects[index] ?? {}), apiVersion, kind));
    const props = struct(`${name}Props`, copies, parameters);
    return `    new k8s.${name}(chart, '${kind.toLowerCase()}-${index}', ${props});`;
  });
  const copies = charts.map(({ id }, copy) => `  [${JSON.stringify(id)}, ${JSON.stringify(parameters.of(copy))}],`);
  return `const { Chart } = require('cdk8s');
const { k8s } = require('cdk8s-plus-28');

const copies = [
${copies.join('\n')}
];

module.exports = (app) => {
  for (const [id, v] of copies) {
    const chart = new Chart(app, id);
${objects.join('\n')}
  }
};
`;
}

/** The values that differ between copies. */
class Parameters {
  private readonly names = new Map<string, number>();
  private readonly values: unknown[][];

  constructor(copies: number) {
    this.values = Array.from({ length: copies }, () => []);
  }

  /** Expression for a value: a literal where all copies have the same. */
  expression(copies: readonly unknown[]): string {
    const literals = copies.map((value) => JSON.stringify(value));
    if (literals.every((literal) => literal === literals[0])) return literals[0] ?? 'undefined';
    const key = literals.join();
    const index = this.names.get(key) ?? this.names.size;
    if (!this.names.has(key)) {
      this.names.set(key, index);
      copies.forEach((value, copy) => {
        this.values[copy]?.push(value);
      });
    }
    return `v[${index}]`;
  }

  /** The values of one copy. */
  of(copy: number): readonly unknown[] {
    return this.values[copy] ?? [];
  }
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
function withoutType(object: Record<string, any> | undefined, apiVersion: string, kind: string) {
  if (object?.apiVersion !== apiVersion || object?.kind !== kind) throw new Error(`a copy has no ${kind} there`);
  const { apiVersion: _, kind: __, ...props } = object;
  return props;
}

function struct(name: string, copies: readonly unknown[], parameters: Parameters): string {
  const shape = l1Shape(name);
  return entries(copies, (key, values) => {
    const known = shape.get(key);
    if (known === undefined) throw new Error(`${name} has no ${key}`);
    return [known.prop, fieldValue(known, key, values, parameters)];
  });
}

function fieldValue({ container, value }: L1Field, key: string, copies: readonly unknown[], parameters: Parameters) {
  const one = (values: readonly unknown[]): string => {
    if (value === 'wrapped') return wrapped(key, values, parameters);
    return value === 'plain' ? parameters.expression(values) : struct(value.struct, values, parameters);
  };
  if (container === 'map') return entries(copies, (name, values) => [JSON.stringify(name), one(values)]);
  if (container === 'none') return one(copies);
  const [first, ...others] = copies as readonly (readonly unknown[])[];
  if (others.some((other) => other.length !== first?.length)) throw new Error(`copies differ in the length of ${key}`);
  const items = first?.map((_, index) => one((copies as readonly (readonly unknown[])[]).map((list) => list[index])));
  return `[${items?.join(', ')}]`;
}

/** An object literal with the keys that every copy has. */
function entries(
  copies: readonly unknown[],
  entry: (key: string, values: readonly unknown[]) => readonly [string, string],
): string {
  const objects = copies as readonly Readonly<Record<string, unknown>>[];
  const keys = Object.keys(objects[0] ?? {});
  if (objects.some((object) => Object.keys(object).join() !== keys.join())) {
    throw new Error(`copies differ in their keys: ${keys.join()}`);
  }
  const properties = keys.map((key) =>
    entry(
      key,
      objects.map((object) => object[key]),
    ).join(': '),
  );
  return `{ ${properties.join(', ')} }`;
}

function wrapped(key: string, copies: readonly unknown[], parameters: Parameters): string {
  const type = /port|max|min|partition/i.test(key) ? 'IntOrString' : 'Quantity';
  const from = typeof copies[0] === 'number' ? 'fromNumber' : 'fromString';
  return `k8s.${type}.${from}(${parameters.expression(copies)})`;
}
