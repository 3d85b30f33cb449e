import type { IConstruct } from 'constructs';

/**
 * What an app has one of: made when a construct of it first asks, and gone with the app.
 * @param make - is given the root of the tree
 */
export function perApp<T extends object>(make: (root: IConstruct) => T): (scope: IConstruct) => T {
  const made = new WeakMap<IConstruct, T>();
  return ({ node: { root } }) => {
    let one = made.get(root);
    if (one === undefined) {
      one = make(root);
      made.set(root, one);
    }
    return one;
  };
}
