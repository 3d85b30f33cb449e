import type { Duration } from 'cdk8s';
import { type ErrorLocation, requireProp } from '../../kube/objects/errors';

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;

/** A duration as Prometheus reads it, in the largest unit that it is a whole number of: `5m`, `7d`. */
export function promDuration(location: ErrorLocation, prop: string, duration: Duration): string {
  const seconds = duration.toSeconds({ integral: false });
  const whole = Number.isInteger(seconds) && seconds > 0;
  requireProp(whole, location, prop, 'be a positive whole number of seconds', `${seconds} s`);
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** A text in PromQL. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Matches exactly these texts. */
export function anyOf(texts: readonly string[]): RegExp {
  return new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'));
}

/** The series of all of these expressions. */
export function union(expressions: readonly string[]): string {
  return expressions.join('\nor\n');
}

/** Checks a share: more than 0, at most 1. */
export function requireShare(location: ErrorLocation, prop: string, value: number): void {
  requireProp(value > 0 && value <= 1, location, prop, 'be a share above 0 and up to 1', value);
}

/** Checks a number of things or of seconds. */
export function requirePositive(location: ErrorLocation, prop: string, value: number): void {
  requireProp(Number.isFinite(value) && value > 0, location, prop, 'be a number above 0', value);
}
