import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { requireWhole, wholeSeconds } from '../../../lib/kube/objects/numbers';

describe('a whole number', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2_147_483_647, 0],
  ])('may be %d from %d', (value, from) => {
    expect(() => requireWhole('dev', 'replicas', value, from)).not.toThrow();
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('fails for %d', (value) => {
    expect(() => requireWhole('dev', 'replicas', value, 0)).toThrow(
      `dev: 'replicas' must be a whole number from 0, got ${value}`,
    );
  });

  it('fails in its own words', () => {
    expect(() => requireWhole('dev', 'user', 0, 1, 'be a user id above 0')).toThrow(
      "dev: 'user' must be a user id above 0, got 0",
    );
  });

  it('fails for more than the API server can read', () => {
    expect(() => requireWhole('dev', 'replicas', 2_147_483_648, 0)).toThrow(
      "dev: 'replicas' must be at most 2147483647, got 2147483648",
    );
  });
});

describe('a duration in seconds', () => {
  it.each([
    [0, Duration.seconds(0)],
    [3, Duration.millis(3000)],
    [7200, Duration.hours(2)],
    [30, Duration.minutes(0.5)],
  ])('is %d', (seconds, duration) => {
    expect(wholeSeconds('dev', 'timeout', duration)).toBe(seconds);
  });

  it.each([
    [2.5, Duration.millis(2500)],
    [0.5, Duration.seconds(0.5)],
    [Number.NaN, Duration.seconds(Number.NaN)],
  ])('fails for %d', (seconds, duration) => {
    expect(() => wholeSeconds('dev', 'timeout', duration)).toThrow(
      `dev: 'timeout' must be a whole number of seconds, got ${seconds}`,
    );
  });

  it('fails for nothing where 0 stands for a default', () => {
    expect(() => wholeSeconds('dev', 'timeout', Duration.seconds(0), 1)).toThrow(
      "dev: 'timeout' must be a whole number of seconds from 1, got 0",
    );
  });

  it('fails for more seconds than the API server can read', () => {
    expect(() => wholeSeconds('dev', 'timeout', Duration.days(30_000))).toThrow(
      "dev: 'timeout' must be at most 2147483647, got 2592000000",
    );
  });
});
