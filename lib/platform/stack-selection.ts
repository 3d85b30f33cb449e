import { oneOf, requireProp } from '../kube/objects/errors';

/**
 * The stacks that are built.
 *
 * @param known - names of all stacks of the environment
 * @param defaults - those that are built where nothing is selected
 * @param selection - names, separated by commas, or `all`
 * @throws InvalidPropError for a stack that the environment does not have, and where it has stacks and builds none
 */
export function selectedStacks(
  known: readonly string[],
  defaults: readonly string[],
  selection: string | undefined,
): ReadonlySet<string> {
  if (selection === undefined || selection === '') {
    const built = known.length === 0 || known.some((name) => defaults.includes(name));
    requireProp(built, 'app', 'PLATFORM_STACKS', `${oneOf(['all', ...known])} (none is built by default)`, selection);
    return new Set(defaults);
  }
  if (selection === 'all') return new Set(known);
  const names = selection.split(',').map((name) => name.trim());
  for (const name of names) {
    requireProp(known.includes(name), 'app', 'PLATFORM_STACKS', oneOf(['all', ...known]), name);
  }
  return new Set(names);
}
