import { oneOf, requireProp } from '../kube/objects/errors';
import { requireDnsLabel } from '../kube/objects/names';
import type { StackDefinition } from './stack-definition';

/** What selects all stacks, and the chart of what they share. */
const RESERVED = ['all', 'cluster'];

/**
 * The stacks that are built, in the order of the environment.
 *
 * @param stacks - all stacks of the environment
 * @param selection - names, separated by commas, or `all`. @default - those that are built by default
 * @throws InvalidPropError for a stack that the environment does not have, and where it has stacks and builds none
 */
export function selectedStacks(
  stacks: Readonly<Record<string, StackDefinition>>,
  selection: string | undefined,
): Readonly<Record<string, StackDefinition>> {
  const known = Object.keys(stacks);
  for (const name of known) {
    requireDnsLabel('app', 'stacks', name);
    const isStack = typeof stacks[name]?.build === 'function';
    requireProp(isStack, 'app', `stacks.${name}`, 'be a stack: fair({ … }), or an object with build()', stacks[name]);
    requireProp(!RESERVED.includes(name), 'app', 'stacks', `have other names than ${RESERVED.join(' and ')}`, name);
  }
  if (selection === 'all') return stacks;
  const names =
    selection === undefined || selection === ''
      ? known.filter((name) => stacks[name]?.byDefault !== false)
      : selection.split(',').map((name) => name.trim());
  const allowed = oneOf(['all', ...known]);
  requireProp(!names.includes('all'), 'app', 'PLATFORM_STACKS', "be 'all' alone, or names of stacks", selection);
  for (const name of names) requireProp(known.includes(name), 'app', 'PLATFORM_STACKS', allowed, name);
  const none = known.length > 0 && names.length === 0;
  requireProp(!none, 'app', 'PLATFORM_STACKS', `${allowed} (none is built by default)`, selection);
  return Object.fromEntries(Object.entries(stacks).filter(([name]) => names.includes(name)));
}
