import { describe, expect, it } from 'vitest';
import { selectedStacks } from '../../lib/platform/stack-selection';

const selected = (selection?: string) => [...selectedStacks(['a', 'b', 'c'], ['a', 'b'], selection)];

describe('the stacks that are built', () => {
  it('are the default ones unless others are named', () => {
    expect(selected()).toEqual(['a', 'b']);
    expect(selected('')).toEqual(['a', 'b']);
  });

  it('are exactly those that are named, or all', () => {
    expect(selected('c, a')).toEqual(['c', 'a']);
    expect(selected('all')).toEqual(['a', 'b', 'c']);
  });

  it('fails where there are only such as nobody gets by default, and nobody asked for one', () => {
    const optIn = (selection?: string) => [...selectedStacks(['c', 'd'], ['a', 'b'], selection)];
    expect(() => optIn()).toThrow(
      "app: 'PLATFORM_STACKS' must be one of 'all', 'c', 'd' (none is built by default), got undefined",
    );
    expect(optIn('all')).toEqual(['c', 'd']);
    expect([...selectedStacks([], ['a'], undefined)]).toEqual(['a']);
  });

  it('fails for one that there is not, and lists the others', () => {
    expect(() => selected('a,d')).toThrow("app: 'PLATFORM_STACKS' must be one of 'all', 'a', 'b', 'c', got 'd'");
  });
});
