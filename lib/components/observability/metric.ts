import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { quoted } from './promql';

/** A counter only grows until its program restarts; a gauge goes up and down; a histogram counts by upper bounds. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** Series of one name, as a program serves them. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly type: MetricType;
  /** Its own labels, beside {@link TargetLabel}; `le` of a histogram is not among them. */
  readonly labels: readonly Label[];
  /** What it counts, with its unit. */
  readonly help: string;
}

/**
 * Labels that every series gets when it is scraped: the name of the job, `host:port` of the pod, and the Service that
 * names it with its namespace.
 */
export type TargetLabel = 'job' | 'instance' | 'namespace' | 'service';

/** What a label must be: exactly a text, or one that a regular expression (RE2) matches from its beginning to its end. */
export type Matcher = string | RegExp;

/** The labels of a metric that are looked at. */
export type Matchers<Label extends string> = Readonly<Partial<Record<Label | TargetLabel, Matcher>>>;

/** Series of a counter or a gauge: `selector(up, { job: 'inference' })` is `up{job="inference"}`. */
export function selector<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label>): string {
  return series(metric, '', matchers);
}

/** The series of a histogram that count what took up to `le`. */
export function buckets<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label | 'le'>): string {
  return series(metric, '_bucket', matchers);
}

/** The series of a histogram that count everything. */
export function count<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label>): string {
  return series(metric, '_count', matchers);
}

/** The series of a histogram that add everything up. */
export function sum<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label>): string {
  return series(metric, '_sum', matchers);
}

function series(metric: Metric, suffix: string, matchers: object = {}): string {
  requireKnownProps('selector()', { metric, matchers }, 'metric:Metric matchers:object');
  const conditions = Object.entries<Matcher | undefined>({ ...matchers }).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : condition(label, matcher),
  );
  const name = `${metric.name}${suffix}`;
  return conditions.length === 0 ? name : `${name}{${conditions.join(',')}}`;
}

function condition(label: string, matcher: Matcher): string {
  const known = typeof matcher === 'string' || matcher instanceof RegExp;
  requireProp(known, 'selector()', `matchers.${label}`, 'be a text or a regular expression', matcher);
  return matcher instanceof RegExp ? `${label}=~${quoted(matcher.source)}` : `${label}=${quoted(matcher)}`;
}

function define<Label extends string>(
  type: MetricType,
  name: string,
  labels: readonly Label[],
  help: string,
): Metric<Label> {
  const given: Omit<Metric, 'type'> = { name, help, labels };
  requireKnownProps(`${type}()`, given, 'name help labels:string[]');
  return { type, name, labels, help };
}

export function counter<Label extends string = never>(name: string, help: string, labels: readonly Label[] = []) {
  return define('counter', name, labels, help);
}

export function gauge<Label extends string = never>(name: string, help: string, labels: readonly Label[] = []) {
  return define('gauge', name, labels, help);
}

export function histogram<Label extends string = never>(name: string, help: string, labels: readonly Label[] = []) {
  return define('histogram', name, labels, help);
}
