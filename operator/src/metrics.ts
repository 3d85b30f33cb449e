const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Metrics in the text format of Prometheus, under the names of controller-runtime where it has them. Labels are given as
 * the format has them: `controller="modeldeployment"`.
 */
export class Metrics {
  private readonly families = new Map<string, { readonly type: string; readonly series: Map<string, number> }>();
  private readonly gauges = new Map<string, () => number>();

  count(name: string, labels: string): void {
    this.add('counter', name, `${name}{${labels}}`, 1);
  }

  /** Adds to a histogram. */
  observe(name: string, labels: string, seconds: number): void {
    const add = (series: string, by: number) => this.add('histogram', name, `${name}_${series}`, by);
    for (const bound of BUCKETS) add(`bucket{${labels},le="${bound}"}`, Number(seconds <= bound));
    add(`bucket{${labels},le="+Inf"}`, 1);
    add(`sum{${labels}}`, seconds);
    add(`count{${labels}}`, 1);
  }

  /** @param value - asked each time; one that only grows has a name with `_total` */
  gauge(name: string, labels: string, value: () => number): void {
    this.gauges.set(`${name}{${labels}}`, value);
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, { type, series }] of this.families) {
      lines.push(`# TYPE ${name} ${type}`);
      for (const [labelled, value] of series) lines.push(`${labelled} ${value}`);
    }
    for (const [labelled, value] of this.gauges) {
      const name = labelled.replace(/\{.*/, '');
      lines.push(`# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`, `${labelled} ${value()}`);
    }
    return `${lines.join('\n')}\n`;
  }

  private add(type: string, name: string, series: string, by: number): void {
    const family = this.families.get(name) ?? { type, series: new Map<string, number>() };
    this.families.set(name, family);
    family.series.set(series, (family.series.get(series) ?? 0) + by);
  }
}
