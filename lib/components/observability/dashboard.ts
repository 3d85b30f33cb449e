import { checksum } from '../../kube/objects/checksums';
import { type ErrorLocation, requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { type DashboardPanel, panelModel, requirePanel } from './panels';

/** A dashboard as Grafana reads it: of {@link dashboard}, or the JSON of any other. */
export interface GrafanaDashboard {
  /** Unique among the dashboards of a Grafana; part of its URL. */
  readonly uid: string;
  readonly title: string;
  readonly [field: string]: unknown;
}

export interface DashboardProps {
  /** Unique among the dashboards of a Grafana, and part of its URL. */
  readonly uid: string;
  readonly title: string;
  /** What it answers. */
  readonly description: string;
  /** @default - none */
  readonly tags?: readonly string[];
  /** Filters at the top of the dashboard; queries refer to them as `$name`. @default - none */
  readonly variables?: readonly DashboardVariable[];
  readonly rows: readonly DashboardRow[];
  /** How far it looks back at first: `now-6h`. @default 'now-1h' */
  readonly from?: string;
  /** The data source of Prometheus. @default PROMETHEUS_UID */
  readonly dataSourceUid?: string;
}

/** Panels under a title, side by side as long as there is room. */
export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

/** Values of a label, of which any number may be chosen: compare with it by a regular expression. */
export interface DashboardVariable {
  /** The label, and the name of the variable. */
  readonly name: string;
  /** What it is called where it is chosen. */
  readonly label: string;
  /** Series that have it. */
  readonly series: string;
}

/** The uid of the data source that `Grafana` provisions. */
export const PROMETHEUS_UID = 'prometheus';

/** The newest that Grafana 13 knows: it migrates older ones each time that it loads them. */
const SCHEMA_VERSION = 42;
const COLUMNS = 24;

/**
 * A dashboard from typed panels. Same props, same JSON; the id of a panel follows from its title, so that links to it
 * outlive panels that are added before it.
 * @throws InvalidPropError for two panels of one title
 */
export function dashboard(props: DashboardProps): GrafanaDashboard {
  const words = 'uid title description tags?:string[] variables?:object[] rows:object[] from? dataSourceUid?';
  requireKnownProps('dashboard', props, words);
  const { uid, title, description, tags = [], variables = [], rows, from = 'now-1h' } = props;
  const { dataSourceUid = PROMETHEUS_UID } = props;
  requireProp(/^[a-zA-Z0-9_-]{1,40}$/.test(uid), 'dashboard', 'uid', "be 1 to 40 letters, digits, '-' and '_'", uid);
  const location = `dashboard '${uid}'`;
  for (const variable of variables) requireKnownProps(location, variable, 'name label series', 'variables');
  for (const row of rows) requireKnownProps(location, row, 'title panels:object[]', 'rows');
  for (const panel of rows.flatMap((row) => row.panels)) requirePanel(location, panel);
  const titles = rows.flatMap((row) => [row.title, ...row.panels.map((panel) => panel.title)]);
  requireUnique(location, 'title', titles);
  for (const { title: panel, queries } of rows.flatMap((row) => row.panels)) {
    const some = queries.length >= 1 && queries.length <= 26;
    requireProp(some, location, `panel '${panel}'`, 'have 1 to 26 queries', queries.length);
  }
  const datasource = { type: 'prometheus', uid: dataSourceUid };
  return {
    uid,
    title,
    description,
    tags: [...tags],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    // One crosshair for all panels: what happened at the same time is seen at once.
    graphTooltip: 1,
    refresh: '30s',
    time: { from, to: 'now' },
    timezone: 'browser',
    templating: { list: variables.map((variable) => variableModel(variable, datasource)) },
    panels: layOut(rows, (panel) => panelModel(panel, datasource)),
  };
}

/** A file for each dashboard; the indentation makes the diff of a change readable. */
export function dashboardFiles(
  location: ErrorLocation,
  dashboards: readonly GrafanaDashboard[],
): Record<string, string> {
  requireProp(dashboards.length > 0, location, 'dashboards', 'hold a dashboard', dashboards);
  requireUnique(location, 'dashboards', dashboards, 'uid');
  return Object.fromEntries(dashboards.map((entry) => [`${entry.uid}.json`, `${JSON.stringify(entry, null, 2)}\n`]));
}

function variableModel({ name, label, series }: DashboardVariable, datasource: object) {
  return {
    type: 'query',
    name,
    label,
    datasource,
    query: { refId: name, query: `label_values(${series}, ${name})` },
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: ['All'], value: ['$__all'] },
    // On each change of the time range: pods come and go.
    refresh: 2,
    sort: 1,
  };
}

/** Places panels from left to right, and those that have no room below. */
function layOut(rows: readonly DashboardRow[], model: (panel: DashboardPanel) => object): object[] {
  let y = 0;
  return rows.flatMap(({ title, panels }) => {
    const heading = {
      type: 'row',
      id: idOf(title),
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    };
    y += 1;
    let [x, height] = [0, 0];
    const placed = panels.map((panel) => {
      const { w, h } = sizeOf(panel);
      if (x + w > COLUMNS) [x, y, height] = [0, y + height, 0];
      const gridPos = { x, y, w, h };
      [x, height] = [x + w, Math.max(height, h)];
      return { id: idOf(panel.title), ...model(panel), gridPos };
    });
    y += height;
    return [heading, ...placed];
  });
}

function sizeOf({ type, width }: DashboardPanel): { readonly w: number; readonly h: number } {
  return type === 'stat' ? { w: width ?? 4, h: 4 } : { w: width ?? 8, h: 8 };
}

/** A whole number, as Grafana wants it, that depends on the title alone. */
function idOf(title: string): number {
  return Number.parseInt(checksum(title).slice(0, 7), 16);
}
