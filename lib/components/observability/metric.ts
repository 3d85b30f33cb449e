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
export function selector<Label extends string>({ name }: Metric<Label>, matchers?: Matchers<Label>): string {
  const conditions = Object.entries<Matcher | undefined>(matchers ?? {}).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : condition(label, matcher),
  );
  return conditions.length === 0 ? name : `${name}{${conditions.join(',')}}`;
}

/** The series of a histogram that count what took up to `le`. */
export function buckets<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label | 'le'>): string {
  return selector<Label | 'le'>({ ...metric, name: `${metric.name}_bucket` }, matchers);
}

/** The series of a histogram that count everything. */
export function count<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label>): string {
  return selector({ ...metric, name: `${metric.name}_count` }, matchers);
}

/** The series of a histogram that add everything up. */
export function sum<Label extends string>(metric: Metric<Label>, matchers?: Matchers<Label>): string {
  return selector({ ...metric, name: `${metric.name}_sum` }, matchers);
}

function condition(label: string, matcher: Matcher): string {
  return matcher instanceof RegExp ? `${label}=~${quoted(matcher.source)}` : `${label}=${quoted(matcher)}`;
}

function define<Label extends string>(
  type: MetricType,
  name: string,
  labels: readonly Label[],
  help: string,
): Metric<Label> {
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
