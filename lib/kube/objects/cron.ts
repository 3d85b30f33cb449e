import type { Cron } from 'cdk8s';
import { type ErrorLocation, requireProp } from './errors';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEK_DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The fields of a schedule: least and greatest number, and the names from the least on. */
const FIELDS: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, MONTHS],
  [0, 6, WEEK_DAYS],
];

/**
 * A schedule in five fields, as the controllers of Kubernetes and CloudNativePG read it (github.com/robfig/cron).
 * @throws InvalidPropError for what they do not read
 */
export function cronExpression(location: ErrorLocation, prop: string, { expressionString }: Cron): string {
  const fields = expressionString.split(' ');
  const valid = fields.length === FIELDS.length && fields.every((field, index) => isField(field, index));
  const allowed = 'be a schedule of minute, hour, day, month and day of the week (0 to 6)';
  requireProp(valid, location, prop, allowed, expressionString);
  return expressionString;
}

function isField(field: string, index: number): boolean {
  const [least = 0, greatest = 0, names = []] = FIELDS[index] ?? [];
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toLowerCase());
    return named < 0 ? Number(text) : named + least;
  };
  return field.split(',').every((part) => {
    const [, range = '', first = '', last = first, step = '1'] =
      /^(\*|\?|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === '' || Number(step) < 1) return false;
    if (range === '*' || range === '?') return true;
    const [from, to] = [numberOf(first), numberOf(last)];
    return from >= least && to <= greatest && from <= to;
  });
}
