import { describe, expect, it } from 'vitest';
import { type DashboardProps, dashboard } from '../../../lib/components/observability/dashboard';
import { type DashboardPanel, rate, stat, timeSeries, UNWANTED } from '../../../lib/components/observability/panels';
import { expectEachPropToMatter } from '../../support/synth';

const all: Required<DashboardProps> = {
  uid: 'demo',
  title: 'Demo',
  description: 'What happens.',
  tags: ['demo'],
  variables: [{ name: 'instance', label: 'Pod', series: 'up{job="api"}' }],
  rows: [{ title: 'Now', panels: [stat('Up', 'none', 'sum(up)')] }],
  from: 'now-6h',
  dataSourceUid: 'other',
};

// biome-ignore lint/suspicious/noExplicitAny: what Grafana reads
const panelsOf = (panels: readonly DashboardPanel[]): any[] =>
  dashboard({ ...all, rows: [{ title: 'Now', panels }] }).panels as unknown[];

describe('a dashboard', () => {
  it('puts panels side by side as long as there is room, under the title of their row', () => {
    const [first, second, third] = ['A', 'B', 'C'].map((title) => timeSeries(title, 's', { a: 'up' }, { width: 12 }));
    const rows = [
      { title: 'One', panels: [first, second, third] as DashboardPanel[] },
      { title: 'Two', panels: [stat('D', 'none', 'up')] },
    ];
    const { panels } = dashboard({ ...all, rows });
    expect((panels as { title: string; gridPos: object }[]).map(({ title, gridPos }) => [title, gridPos])).toEqual([
      ['One', { x: 0, y: 0, w: 24, h: 1 }],
      ['A', { x: 0, y: 1, w: 12, h: 8 }],
      ['B', { x: 12, y: 1, w: 12, h: 8 }],
      ['C', { x: 0, y: 9, w: 12, h: 8 }],
      ['Two', { x: 0, y: 17, w: 24, h: 1 }],
      ['D', { x: 0, y: 18, w: 4, h: 4 }],
    ]);
  });

  it('keeps the id of a panel when others come before it', () => {
    const up = stat('Up', 'none', 'sum(up)');
    const [, before] = panelsOf([up]);
    const [, , after] = panelsOf([stat('Down', 'none', 'sum(up)'), up]);
    expect(before.id).toBeGreaterThan(0);
    expect(after.id).toBe(before.id);
  });

  it('names queries by letters, and series by their legends', () => {
    const [, panel] = panelsOf([
      timeSeries('Rate', 'reqps', { '{{code}}': rate('a_total'), all: `sum(${rate('a_total')})` }),
    ]);
    expect(panel.targets).toMatchObject([
      { refId: 'A', expr: 'rate(a_total[$__rate_interval])', legendFormat: '{{code}}' },
      { refId: 'B', expr: 'sum(rate(a_total[$__rate_interval]))', legendFormat: 'all' },
    ]);
    expect(panelsOf([stat('Up', 'none', 'up')])[1].targets[0].legendFormat).toBe('__auto');
  });

  it('colours values from thresholds on', () => {
    const [, panel] = panelsOf([stat('Errors', 'none', 'up', { thresholds: UNWANTED, max: 9 })]);
    expect(panel.fieldConfig.defaults).toMatchObject({
      max: 9,
      thresholds: {
        steps: [
          { color: 'green', value: null },
          { color: 'red', value: 1 },
        ],
      },
    });
    const [, series] = panelsOf([timeSeries('Errors', 'none', { a: 'up' }, { thresholds: UNWANTED, stacked: true })]);
    expect(series.fieldConfig.defaults.custom).toMatchObject({
      stacking: { mode: 'normal' },
      thresholdsStyle: { mode: 'dashed' },
    });
  });

  it('offers values of the label that a variable is named after', () => {
    const [variable] = (dashboard(all).templating as { list: { query: object }[] }).list;
    expect(variable?.query).toEqual({ refId: 'instance', query: 'label_values(up{job="api"}, instance)' });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<DashboardProps>(dashboard, all, {
      ...{ uid: 'other', title: 'Other', description: 'Else.', tags: [], variables: [], from: 'now-1h' },
      rows: [],
      dataSourceUid: 'prometheus',
    });
  });

  it('fails for what Grafana would not take, or would take for something else', () => {
    const up = stat('Up', 'none', 'up');
    expect(() => dashboard({ ...all, uid: 'a b' })).toThrow(
      "dashboard: 'uid' must be 1 to 40 letters, digits, '-' and '_', got 'a b'",
    );
    expect(() => panelsOf([up, up])).toThrow("dashboard 'demo': 'title' must have no duplicates, got 'Up'");
    expect(() => panelsOf([timeSeries('None', 's', {})])).toThrow(
      "dashboard 'demo': 'panel 'None'' must have 1 to 26 queries, got 0",
    );
  });
});
