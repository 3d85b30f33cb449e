import type { Duration } from 'cdk8s';
import { type ErrorLocation, requireProp } from './errors';

/** The API server reads most of its numbers as an int32. */
const MAX = 2_147_483_647;

/**
 * Checks a whole number that the API server reads.
 * @param from - the least that it may be
 * @param allowed - the message for numbers that are smaller or no whole number
 */
export function requireWhole(
  location: ErrorLocation,
  prop: string,
  value: number,
  from: number,
  allowed = `be a whole number from ${from}`,
): void {
  requireProp(Number.isInteger(value) && value >= from, location, prop, allowed, value);
  requireProp(value <= MAX, location, prop, `be at most ${MAX}`, value);
}

/**
 * A duration in seconds, of which the API server and most programs take whole ones only.
 * @param from - the least that it may be: where 0 stands for a default, 1
 * @throws InvalidPropError for a part of a second, where `toSeconds` knows neither place nor property
 */
export function wholeSeconds(location: ErrorLocation, prop: string, duration: Duration, from: 0 | 1 = 0): number {
  requireProp(typeof duration?.toSeconds === 'function', location, prop, 'be a Duration', duration);
  const seconds = duration.toSeconds({ integral: false });
  const allowed = from === 0 ? 'be a whole number of seconds' : `be a whole number of seconds from ${from}`;
  requireWhole(location, prop, seconds, from, allowed);
  return seconds;
}
