import type { IConstruct } from 'constructs';

/**
 * What a construct has one of: made when it is first asked for, and kept on the construct, so that two copies of this
 * package in one app share it. So it is plain data and functions, and what has another shape gets another name: the
 * other copy may be of another version.
 * @param what - its name, of which there is one in the package
 */
export function perConstruct<C extends IConstruct, T extends object>(
  what: string,
  make: (construct: C) => T,
): (construct: C) => T {
  const key = Symbol.for(`cdk8s-ml-platform/${what}`);
  return (construct) => {
    const kept = construct as C & { readonly [key]?: T };
    const one = kept[key] ?? make(construct);
    if (kept[key] === undefined) Object.defineProperty(construct, key, { value: one });
    return one;
  };
}

/**
 * What an app has one of: {@link perConstruct} on the root of its tree.
 * @param make - is given the root of the tree
 */
export function perApp<T extends object>(what: string, make: (root: IConstruct) => T): (scope: IConstruct) => T {
  const one = perConstruct(what, make);
  return ({ node }) => one(node.root);
}
