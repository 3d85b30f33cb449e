import { describe, expect, it } from 'vitest';
import type { StackDefinition } from '../../lib/platform/stack-definition';
import { selectedStacks } from '../../lib/platform/stack-selection';

const build = () => ({});
const byDefault: StackDefinition = { build };
const optIn: StackDefinition = { build, byDefault: false };
const names = (stacks: Readonly<Record<string, StackDefinition>>, selection?: string) =>
  Object.keys(selectedStacks(stacks, selection));
const selected = (selection?: string) => names({ a: byDefault, b: byDefault, c: optIn }, selection);

describe('the stacks that are built', () => {
  it('are the default ones unless others are named', () => {
    expect(selected()).toEqual(['a', 'b']);
    expect(selected('')).toEqual(['a', 'b']);
  });

  it('are exactly those that are named, or all, in the order of the environment', () => {
    expect(selected('c, a')).toEqual(['a', 'c']);
    expect(selected('a,a')).toEqual(['a']);
    expect(selected('all')).toEqual(['a', 'b', 'c']);
  });

  it('are as the environment defines them', () => {
    expect(selectedStacks({ a: byDefault, c: optIn }, 'c')).toEqual({ c: optIn });
  });

  it('fails where there are only such as nobody gets by default, and nobody asked for one', () => {
    expect(() => names({ c: optIn, d: optIn })).toThrow(
      "app: 'PLATFORM_STACKS' must be one of 'all', 'c', 'd' (none is built by default), got undefined",
    );
    expect(names({ c: optIn, d: optIn }, 'all')).toEqual(['c', 'd']);
    expect(names({})).toEqual([]);
  });

  it('fails for one that there is not, and lists the others', () => {
    expect(() => selected('a,d')).toThrow("app: 'PLATFORM_STACKS' must be one of 'all', 'a', 'b', 'c', got 'd'");
  });
});
