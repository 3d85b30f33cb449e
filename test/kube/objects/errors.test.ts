import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { InvalidPropError, oneOf, pathOf, requireProp } from '../../../lib/kube/objects/errors';

const deep = new Construct(new Chart(new App(), 'fair'), 'postgres');

describe('an error of a prop', () => {
  it('names path, prop, what is allowed and the value', () => {
    expect(new InvalidPropError(deep, 'port', 'be a port', 0).message).toBe(
      "fair/postgres: 'port' must be a port, got 0",
    );
  });

  it('has a name of its own, so that importers can tell it from others', () => {
    const error = new InvalidPropError('dev', 'port', 'be a port', 0);
    expect(error.name).toBe('InvalidPropError');
    expect(error).toBeInstanceOf(Error);
  });

  it.each([
    ['a string in quotes', 'x', "'x'"],
    ['a number as it is', 1.5, '1.5'],
    ['what is no number', Number.NaN, 'NaN'],
    ['a bigint as it is', 12n, '12'],
    ['nothing', undefined, 'undefined'],
    ['an object as JSON', { a: [1] }, '{"a":[1]}'],
    ['a function as its source', String, String(String)],
  ])('shows %s', (_, value, shown) => {
    expect(new InvalidPropError('dev', 'a', 'b', value).message).toBe(`dev: 'a' must b, got ${shown}`);
  });

  it('is thrown where the condition does not hold, and only there', () => {
    expect(() => requireProp(true, deep, 'a', 'b', 'c')).not.toThrow();
    expect(() => requireProp(false, deep, 'a', 'b', 'c')).toThrow(new InvalidPropError(deep, 'a', 'b', 'c'));
  });
});

it('the root of a tree, which has no path, is called app', () => {
  expect(pathOf(new App())).toBe('app');
});

it('lists what is allowed', () => {
  expect(oneOf(['a', 'b'])).toBe("be one of 'a', 'b'");
  expect(oneOf([])).toBe('be one of (none)');
});
