/** Labels of a series, as the text format has them: `controller="modeldeployment"`. */
type Labels = string;

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Metrics in the text format of Prometheus, under the names of controller-runtime where it has them. */
export class Metrics {
  private readonly counters = new Map<string, Map<Labels, number>>();
  private readonly histograms = new Map<string, Map<Labels, Histogram>>();
  private readonly gauges = new Map<string, () => Readonly<Record<Labels, number>>>();

  count(name: string, labels: Labels, by = 1): void {
    const series = this.counters.get(name) ?? new Map<Labels, number>();
    this.counters.set(name, series.set(labels, (series.get(labels) ?? 0) + by));
  }

  observe(name: string, labels: Labels, seconds: number): void {
    const series = this.histograms.get(name) ?? new Map<Labels, Histogram>();
    this.histograms.set(name, series);
    const histogram = series.get(labels) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    series.set(labels, histogram);
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
    histogram.sum += seconds;
    histogram.count += 1;
  }

  /** @param values - asked each time: value by labels */
  gauge(name: string, values: () => Readonly<Record<Labels, number>>): void {
    this.gauges.set(name, values);
  }

  text(): string {
    const lines: string[] = [];
    const add = (name: string, labels: Labels, value: number) =>
      lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${value}`);
    for (const [name, series] of this.counters) {
      lines.push(`# TYPE ${name} counter`);
      for (const [labels, value] of series) add(name, labels, value);
    }
    for (const [name, values] of this.gauges) {
      lines.push(`# TYPE ${name} gauge`);
      for (const [labels, value] of Object.entries(values())) add(name, labels, value);
    }
    for (const [name, series] of this.histograms) {
      lines.push(`# TYPE ${name} histogram`);
      for (const [labels, { counts, sum, count }] of series) {
        let below = 0;
        BUCKETS.forEach((bound, index) => {
          below += counts[index] ?? 0;
          add(`${name}_bucket`, `${labels},le="${bound}"`, below);
        });
        add(`${name}_bucket`, `${labels},le="+Inf"`, count);
        add(`${name}_sum`, labels, sum);
        add(`${name}_count`, labels, count);
      }
    }
    return `${lines.join('\n')}\n`;
  }
}
