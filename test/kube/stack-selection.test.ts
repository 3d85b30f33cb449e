import { describe, expect, it } from 'vitest';
import { selectedStacks } from '../../lib/kube/stack-selection';

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

  it('fails for one that there is not, and lists the others', () => {
    expect(() => selected('a,d')).toThrow("app: 'PLATFORM_STACKS' must be one of 'all', 'a', 'b', 'c', got 'd'");
  });
});
