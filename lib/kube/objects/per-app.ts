import { Construct, type IConstruct } from 'constructs';
import { requireProp } from './errors';

/**
 * State of a construct: created at the first access and kept on the construct, so that two copies of this package in one
 * app share it. It is plain data and functions, and a changed shape needs a new name: the other copy may be of another
 * version.
 * @param what - its unique name in the package
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
 * State of an app: {@link perConstruct} on the root of its tree.
 * @param make - is given the root of the tree
 */
export function perApp<T extends object>(what: string, make: (root: IConstruct) => T): (scope: IConstruct) => T {
  const one = perConstruct(what, make);
  return (scope) => {
    requireProp(Construct.isConstruct(scope), what, 'scope', 'be a construct', scope);
    return one(scope.node.root);
  };
}

/** Sets what everything below `scope` reads when it is created: nothing may be there yet. */
export function setForAllBelow(scope: IConstruct, call: string, key: string, value: unknown): void {
  requireProp(Construct.isConstruct(scope), call, 'scope', 'be a construct', scope);
  const { children } = scope.node;
  const before = 'be empty: call it before anything is created there';
  requireProp(children.length === 0, scope, call, before, children.map(({ node }) => node.id).join());
  scope.node.setContext(key, value);
}
