import { requireKnownProps } from '../../../kube/objects/known-props';
import { type DeclaredDifference, declaredFor, USUAL_DIFFERENCES } from './declared';
import { fieldChanges, type Rename } from './fields';
import type { OutputThing, PlatformOutput } from './output';

/** A difference between two environments. */
export interface Difference {
  /** What differs: `Deployment inference/inference-deploy`, `release fair/mlflow`, with the namespace of the first. */
  readonly of: string;
  /** Path of the field; absent where only one of them has it. */
  readonly path?: string;
  /** In the first environment; absent where it has no such thing. */
  readonly from?: unknown;
  /** In the second. */
  readonly to?: unknown;
  /** Why it is meant, where a declaration says so. */
  readonly because?: string;
}

/** A namespace that has another name in the other environment. */
export interface RenamedNamespace {
  /** The chart that is in it. */
  readonly stack: string;
  readonly from: string;
  readonly to: string;
}

/** What differs between two environments, by meaning. */
export interface Delta {
  readonly from: string;
  readonly to: string;
  /** Namespaces that are the same but for their names, which count nowhere else. */
  readonly namespaces: readonly RenamedNamespace[];
  /** Differences that are declared, by what they are about. */
  readonly groups: Readonly<Record<string, readonly Difference[]>>;
  /** Differences that are not. */
  readonly drift: readonly Difference[];
}

/** What stands for a thing that only one environment has. */
export const PRESENT = 'present';

/**
 * What differs between two environments: what is in both and not the same, and what only one has. Names of namespaces,
 * hashes and checksums are no differences, nor is order.
 *
 * @param declared - differences that are meant, beside those that the environments of any platform have
 */
export function delta(from: PlatformOutput, to: PlatformOutput, declared: readonly DeclaredDifference[] = []): Delta {
  requireKnownProps('delta()', { from, to, declared }, 'from:object to:object declared:object[]');
  const namespaces = renamedNamespaces(from, to);
  const rename = renaming(namespaces);
  const [a, b] = [byName(from, to, (text) => text), byName(to, from, rename)];
  const differences = [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((of): Difference[] => {
    const [one, other] = [a.get(of), b.get(of)];
    if (one === undefined) return [{ of, to: PRESENT }];
    if (other === undefined) return [{ of, from: PRESENT }];
    return fieldChanges(one.fields, other.fields, rename).map((change) => ({ of, ...change }));
  });
  const groups = new Map([...USUAL_DIFFERENCES, ...declared].map(({ about }) => [about, [] as Difference[]]));
  const drift: Difference[] = [];
  for (const difference of differences) {
    const { about, because } = declaredFor([...declared, ...USUAL_DIFFERENCES], difference) ?? {};
    const group = about === undefined ? drift : groups.get(about);
    group?.push(because === undefined ? difference : { ...difference, because });
  }
  const found = Object.fromEntries([...groups].filter(([, group]) => group.length > 0));
  return { from: from.environment, to: to.environment, namespaces, groups: found, drift };
}

function renamedNamespaces(from: PlatformOutput, to: PlatformOutput): RenamedNamespace[] {
  return Object.entries(from.namespaces).flatMap(([stack, name]) => {
    const other = to.namespaces[stack];
    return name === undefined || other === undefined || name === other ? [] : [{ stack, from: name, to: other }];
  });
}

/** What the first environment calls what a text of the second names: a namespace, under its key or as the end of a host. */
function renaming(namespaces: readonly RenamedNamespace[]): Rename {
  const names = new Map(namespaces.map(({ from, to }) => [to, from]));
  return (text, key) => {
    if (/(namespace|^kubernetes\.io\/metadata\.name)$/i.test(key)) return names.get(text) ?? text;
    return text.replace(/\.([a-z0-9-]+)(?=$|[.:,/])/g, (host, name) =>
      names.has(name) ? `.${names.get(name)}` : host,
    );
  };
}

/** What can be compared, by what it is called in the report: a stack that the other does not have is one thing. */
function byName({ things }: PlatformOutput, other: PlatformOutput, rename: Rename): ReadonlyMap<string, OutputThing> {
  return new Map(
    things.map((thing) => {
      const { kind, namespace, name, chart } = thing;
      if (chart !== undefined && !(chart in other.namespaces)) return [`stack ${chart}`, thing];
      const own = kind === 'Namespace' ? rename(name, 'namespace') : name;
      return [`${kind} ${namespace === undefined ? '' : `${rename(namespace, 'namespace')}/`}${own}`, thing];
    }),
  );
}
