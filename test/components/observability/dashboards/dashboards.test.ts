import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type PipelineDashboardProps,
  pipelineDashboard,
} from '../../../../lib/components/observability/dashboards/pipeline';
import {
  type ServingDashboardProps,
  servingDashboard,
} from '../../../../lib/components/observability/dashboards/serving';
import type { Metric } from '../../../../lib/components/observability/metric';
import { haproxyMetrics } from '../../../../lib/components/observability/metrics/haproxy';
import { inferenceMetrics } from '../../../../lib/components/observability/metrics/inference';
import { kafkaMetrics } from '../../../../lib/components/observability/metrics/kafka';
import { minioMetrics } from '../../../../lib/components/observability/metrics/minio';
import { alertMetrics, processMetrics, targetMetrics } from '../../../../lib/components/observability/metrics/process';
import { images } from '../../../../lib/versions';
import { dashboardErrors } from '../../../support/dashboard-schema';
import { root } from '../../../support/sources';
import { expectEachPropToMatter } from '../../../support/synth';
import { dashboards, metricsOf, queries, sent, targets } from './samples';

const metrics: readonly Metric[] = [
  alertMetrics,
  haproxyMetrics,
  inferenceMetrics,
  kafkaMetrics,
  minioMetrics,
  processMetrics,
  targetMetrics,
].flatMap((group) => Object.values<Metric>(group));

const names = new Set(
  metrics.flatMap(({ name, type }) =>
    type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  ),
);

/** The metrics that a query reads: what is left of it without texts, labels, durations and functions. */
function metricsIn(expr: string): string[] {
  return expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)/g, '')
    .match(/[a-zA-Z_:][\w:]*(?![\w:]*\s*\()/g)
    ?.filter((word) => !['or', 'and', 'by'].includes(word)) as string[];
}

describe('the dashboards', () => {
  it('are what the schema of Grafana allows', () => {
    expect(dashboardErrors(dashboards)).toEqual(dashboards.map(() => []));
  });

  it('fail the schema for what Grafana does not know', () => {
    const [serving] = dashboards as [(typeof dashboards)[0]];
    const broken = (from: RegExp, to: string) => JSON.parse(JSON.stringify(serving).replace(from, to));
    const errors = dashboardErrors([
      broken(/"mode":"absolute"/, '"mode":"relative"'),
      broken(/"graphMode"/, '"grafMode"'),
      broken(/"drawStyle"/, '"drawStile"'),
      broken(/"legendFormat"/, '"legend"'),
      broken(/"refresh":2/, '"refresh":9'),
      broken(/"type":"stat"/, '"type":"number"'),
      { ...serving, panel: [] },
    ]);
    expect(errors.map((found) => found.length > 0)).toEqual(errors.map(() => true));
  });

  it('are made for the version of Grafana that is deployed', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(images.grafana.split(':')[1]).toBe(devDependencies['@grafana/schema']);
  });

  it.each(queries.map((query) => [query.dashboard, query.panel, query] as const))(
    '%s, %s: reads metrics that exist',
    (_, __, query) => {
      const read = metricsIn(sent(query));
      expect(read.length).toBeGreaterThan(0);
      expect(read.filter((name) => !names.has(name))).toEqual([]);
    },
  );

  it('refer to one data source by its uid, and to variables that they have', () => {
    for (const entry of dashboards) {
      const text = JSON.stringify(entry);
      expect(new Set(text.match(/"datasource":\{[^}]*\}/g))).toEqual(
        new Set(['"datasource":{"type":"prometheus","uid":"prometheus"}']),
      );
      const { list } = entry.templating as { list: { name: string }[] };
      const used = new Set([...text.matchAll(/\$([a-z]+)/g)].map(([, name]) => name));
      expect(used).toEqual(new Set(list.map(({ name }) => name)));
    }
  });

  it('have no two panels in one place, and none beyond the edge', () => {
    for (const { panels } of dashboards) {
      const cells = (panels as { gridPos: { x: number; y: number; w: number; h: number } }[]).flatMap(({ gridPos }) => {
        const { x, y, w, h } = gridPos;
        expect(x + w).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
      });
      expect(new Set(cells).size).toBe(cells.length);
    }
  });

  it('show fewer brokers than there should be in red', () => {
    const { panels } = pipelineDashboard({ exporter: targets.exporter, brokers: 3 });
    const brokers = (panels as { title: string; fieldConfig: unknown }[]).find(({ title }) => title === 'Brokers');
    expect(brokers?.fieldConfig).toMatchObject({
      defaults: {
        thresholds: {
          steps: [
            { color: 'red', value: null },
            { color: 'green', value: 3 },
          ],
        },
      },
    });
  });

  it('have each of their props', () => {
    const other = metricsOf('other');
    const serving: Required<ServingDashboardProps> = {
      ...{ uid: 'serving', title: 'Serving', frontend: 'http', backend: 'servers' },
      servers: targets.servers,
      balancer: targets.balancer,
    };
    const uid = 'other';
    expectEachPropToMatter<ServingDashboardProps>(servingDashboard, serving, {
      ...{ uid, title: 'Other', frontend: 'web', backend: 'pods', servers: other, balancer: other },
    });
    const pipeline: Required<PipelineDashboardProps> = {
      ...{ uid: 'pipeline', title: 'Pipeline', failedTopics: /DLQ-.+/ },
      exporter: targets.exporter,
      brokers: 3,
      store: targets.store,
    };
    expectEachPropToMatter<PipelineDashboardProps>(pipelineDashboard, pipeline, {
      ...{ uid, title: 'Other', failedTopics: /failed/, exporter: other, brokers: 1, store: other },
    });
    expect(JSON.stringify(pipelineDashboard({ exporter: targets.exporter }))).not.toContain('minio');
    expect(JSON.stringify(servingDashboard({ servers: targets.servers }))).not.toContain('haproxy');
  });
});
