import type { Manifest } from '../../kube/serialization';
import type { Canonical } from './fields';
import type { PlatformOutput } from './output';

/** A namespace that has another name in the other environment. */
export interface RenamedNamespace {
  /** The stack that it belongs to. */
  readonly stack: string;
  readonly from: string;
  readonly to: string;
}

const STACK = 'app.kubernetes.io/part-of';

/** The namespaces that both environments have under different names: the one of its stack that the other does not have. */
export function renamedNamespaces(from: PlatformOutput, to: PlatformOutput): RenamedNamespace[] {
  const [before, after] = [namespaces(from), namespaces(to)];
  const stacks = [...new Set(before.map(stackOf))].sort();
  return stacks.flatMap((stack) => {
    const alone = (list: readonly Manifest[], other: readonly Manifest[]) =>
      list
        .filter(
          (entry) => stackOf(entry) === stack && !other.some((same) => same.metadata.name === entry.metadata.name),
        )
        .map(({ metadata }) => metadata.name as string);
    const [[left, ...leftMore], [right, ...rightMore]] = [alone(before, after), alone(after, before)];
    if (left === undefined || right === undefined || leftMore.length + rightMore.length > 0) return [];
    return [{ stack, from: left, to: right }];
  });
}

/**
 * Texts with the name that a namespace has in both environments, where they name it: as a whole, as the end of a host
 * name, and in the name of a Job without the hash that changes with its content.
 */
export function canonicalTexts(renamed: readonly { readonly name: string; readonly both: string }[]): Canonical {
  const names = new Map(renamed.map(({ name, both }) => [name, both]));
  const inHost = [...names].map(([name, both]) => ({ pattern: hostPattern(name), both }));
  return (text) => {
    const whole = names.get(text);
    if (whole !== undefined) return whole;
    const job = text.replace(/^(job\/.+)-[0-9a-f]{8}$/, '$1');
    return inHost.reduce((result, { pattern, both }) => result.replace(pattern, `.${both}`), job);
  };
}

function hostPattern(namespace: string): RegExp {
  return new RegExp(`\\.${namespace}(?=$|[.:,/])`, 'g');
}

function namespaces({ manifests }: PlatformOutput): Manifest[] {
  return manifests.filter(({ kind }) => kind === 'Namespace');
}

function stackOf({ metadata }: Manifest): string {
  return metadata.labels?.[STACK] ?? metadata.name;
}
