import type { Manifest } from '../../../kube/objects/serialization';
import type { Canonical } from './fields';
import type { PlatformOutput } from './output';

/** A namespace that has another name in the other environment. */
export interface RenamedNamespace {
  /** The stack that it belongs to. */
  readonly stack: string;
  readonly from: string;
  readonly to: string;
}

/** The names of the namespaces of one environment, made the same in both. */
export interface NamespaceNames {
  /** A name that both have for it, and that is nobody else's. */
  readonly identity: (namespace: string) => string;
  /** What a report calls it: by its stack, where its name is not the same in both. */
  readonly display: (namespace: string) => string;
  /** A text, where it names a namespace: under a key that says so, or as the end of a host name. */
  readonly canonical: Canonical;
}

/** The namespaces that both environments have under different names: the one of a stack that the other does not have. */
export function renamedNamespaces(from: PlatformOutput, to: PlatformOutput): RenamedNamespace[] {
  const [before, after] = [namespaces(from), namespaces(to)];
  return [...new Set(before.map(stackOf))].sort().flatMap((stack) => {
    const [left, ...leftMore] = alone(stack, before, after);
    const [right, ...rightMore] = alone(stack, after, before);
    if (left === undefined || right === undefined || leftMore.length + rightMore.length > 0) return [];
    return [{ stack, from: left, to: right }];
  });
}

/** @param side - the environment whose names they are */
export function namespaceNames(renamed: readonly RenamedNamespace[], side: 'from' | 'to'): NamespaceNames {
  const byName = new Map(renamed.map((entry) => [entry[side], entry]));
  const identity = (namespace: string): string => {
    const entry = byName.get(namespace);
    return entry === undefined ? namespace : [entry.from, entry.to].sort().join('|');
  };
  const hosts = renamed.map((entry) => ({
    pattern: new RegExp(`\\.${entry[side]}(?=$|[.:,/])`, 'g'),
    both: `.${identity(entry[side])}`,
  }));
  return {
    identity,
    display: (namespace) => byName.get(namespace)?.stack ?? namespace,
    canonical: (text, key) => {
      if (/namespace$/i.test(key)) return identity(text);
      // A Job's name ends in a hash of its content.
      const job = text.replace(/^(job\/.+)-[0-9a-f]{8}$/, '$1');
      return hosts.reduce((result, { pattern, both }) => result.replace(pattern, both), job);
    },
  };
}

/** The namespaces of a stack that another environment does not have. */
function alone(stack: string, list: readonly Manifest[], others: readonly Manifest[]): string[] {
  const names = list.filter((entry) => stackOf(entry) === stack).map(({ metadata }) => metadata.name as string);
  return names.filter((name) => !others.some(({ metadata }) => metadata.name === name));
}

function namespaces({ manifests }: PlatformOutput): Manifest[] {
  return manifests.filter(({ kind }) => kind === 'Namespace');
}

function stackOf({ metadata }: Manifest): string {
  return metadata.labels?.['app.kubernetes.io/part-of'] ?? metadata.name;
}
