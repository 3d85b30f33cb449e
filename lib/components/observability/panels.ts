import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';

/** One panel of a dashboard. */
export type DashboardPanel = StatPanel | SeriesPanel;

export interface Panel {
  /** Unique in the dashboard. */
  readonly title: string;
  /** A longer explanation than the title. @default - none */
  readonly description?: string;
  /** One at least, and 26 at most. */
  readonly queries: readonly DashboardQuery[];
  readonly unit: DashboardUnit;
  /** Colours from a value on. @default - none */
  readonly thresholds?: Thresholds;
  /** Where the axis ends, which begins at 0. @default - at the largest value */
  readonly max?: number;
  /** How many of the 24 columns it takes. @default - 4 of a number, 8 of series */
  readonly width?: number;
}

/** The last value of its query as a large number, over a small graph. */
export interface StatPanel extends Panel {
  readonly type: 'stat';
}

/** A graph of values over time. */
export interface SeriesPanel extends Panel {
  readonly type: 'timeseries';
  /** Areas on top of each other, for what adds up. @default false */
  readonly stacked?: boolean;
}

export interface DashboardQuery {
  /** PromQL. */
  readonly expr: string;
  /** Name of a series: text, with labels as `{{label}}`. @default - all of its labels */
  readonly legend?: string;
}

/** Names of units, as Grafana has them: `percentunit` is from 0 to 1, `reqps` requests a second, `cps` counts a second. */
export type DashboardUnit = 'none' | 'short' | 'percentunit' | 'reqps' | 'cps' | 's' | 'bytes';

export type Color = 'green' | 'orange' | 'red' | 'text';

const COLORS: readonly unknown[] = ['green', 'orange', 'red', 'text'];

/** The colour of small values, and colours from a value on. */
export type Thresholds = readonly [Color, ...(readonly [number, Color])[]];

/** Red while there is none. */
export const WANTED: Thresholds = ['red', [1, 'green']];

/** Red as soon as there is one. */
export const UNWANTED: Thresholds = ['green', [1, 'red']];

/** The optional properties of a panel. */
export type PanelOptions<P extends Panel> = Partial<Omit<P, 'type' | 'title' | 'unit' | 'queries'>>;

/** The last value of a query, as a number. */
export function stat(
  title: string,
  unit: DashboardUnit,
  expr: string,
  options: PanelOptions<StatPanel> = {},
): StatPanel {
  requireKnownProps('statPanel()', { options }, 'options:object');
  const panel: StatPanel = { type: 'stat', title, unit, queries: [{ expr }], ...options };
  requirePanel('statPanel()', panel);
  return panel;
}

/** Time series of queries by their legends. */
export function timeSeries(
  title: string,
  unit: DashboardUnit,
  queries: Readonly<Record<string, string>>,
  options: PanelOptions<SeriesPanel> = {},
): SeriesPanel {
  requireKnownProps('seriesPanel()', { queries, options }, 'queries:string{} options:object');
  const entries = Object.entries(queries).map(([legend, expr]) => ({ legend, expr }));
  const panel: SeriesPanel = { type: 'timeseries', title, unit, queries: entries, ...options };
  requirePanel('seriesPanel()', panel);
  return panel;
}

/** Checks a panel, whoever made it. */
export function requirePanel(location: ErrorLocation, panel: DashboardPanel): void {
  const made = panel?.type === 'stat' || panel?.type === 'timeseries';
  requireProp(made, location, 'panel', 'come from statPanel() or seriesPanel()', panel);
  const { type, thresholds = ['text'], ...fields } = panel;
  const words =
    'title description? queries:object[] unit:none|short|percentunit|reqps|cps|s|bytes max?:number width?:number stacked?:boolean';
  requireKnownProps(location, fields as Omit<SeriesPanel, 'type' | 'thresholds'>, words, 'panel');
  const [base, ...others] = Array.isArray(thresholds) ? thresholds : [];
  const steps = others.every((step) => Array.isArray(step) && typeof step[0] === 'number' && COLORS.includes(step[1]));
  const allowed = `be such as ['green', [1, 'red']], in ${COLORS.join(', ')}`;
  requireProp(COLORS.includes(base) && steps, location, 'panel.thresholds', allowed, thresholds);
  for (const query of panel.queries) requireKnownProps(location, query, 'expr legend?', 'panel.queries');
}

/** A query with one series for each value of labels, which are its legend: `sum by (topic) (…)`. */
export function by(operator: 'sum' | 'max' | 'avg' | 'count', labels: readonly string[], expr: string) {
  const legend = labels.map((label) => `{{${label}}}`).join(': ');
  return { [legend]: `${operator} by (${labels.join(', ')}) (${expr})` };
}

/** Growth of a counter per second, over the interval that Grafana computes: at least four scrapes. */
export function rate(series: string): string {
  requireProp(typeof series === 'string', 'dashboardRate()', 'series', 'be a text', series);
  return `rate(${series}[$__rate_interval])`;
}

/** A panel as Grafana reads it, without its position. */
export function panelModel(panel: DashboardPanel, datasource: object): object {
  const { type, title, description, queries } = panel;
  return {
    type,
    title,
    description,
    datasource,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      editorMode: 'code',
      range: true,
      expr,
      legendFormat: legend ?? '__auto',
    })),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: panel.type === 'stat' ? STAT_OPTIONS : SERIES_OPTIONS,
  };
}

function fieldDefaults(panel: DashboardPanel): object {
  const { unit, thresholds, max } = panel;
  return {
    unit,
    min: 0,
    max,
    // Of no requests, no share is an error: 0/0 is no number.
    noValue: '–',
    color: { mode: panel.type === 'stat' ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps: steps(thresholds ?? ['text']) },
    ...(panel.type === 'stat' ? {} : { custom: lines(panel, thresholds !== undefined) }),
  };
}

function steps([base, ...others]: Thresholds): object[] {
  return [{ color: base, value: null }, ...others.map(([value, color]) => ({ color, value }))];
}

function lines({ stacked = false }: SeriesPanel, limits: boolean): object {
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 40 : 8,
    showPoints: 'never',
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: limits ? 'dashed' : 'off' },
  };
}

const STAT_OPTIONS = {
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  orientation: 'auto',
  textMode: 'auto',
  wideLayout: true,
  colorMode: 'value',
  graphMode: 'area',
  justifyMode: 'auto',
  showPercentChange: false,
  percentChangeColorMode: 'standard',
};

const SERIES_OPTIONS = {
  legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
  tooltip: { mode: 'multi', sort: 'desc' },
};
