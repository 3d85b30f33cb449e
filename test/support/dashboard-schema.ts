import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GrafanaDashboard } from '../../lib/components/observability/dashboard';
import { root } from './sources';

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const RAW = '@grafana/schema/dist/esm/raw';

/**
 * The published schema of dashboards, of panels and of the queries of Prometheus, as types: a literal may have nothing
 * that they do not know. Plug-ins leave their options open in the schema of a dashboard, so that they are put in here.
 */
const SCHEMA = `import type { DataQuery } from '@grafana/schema';
import type { Dashboard, FieldConfig, Panel, RowPanel } from '${RAW}/dashboard/x/Dashboard_types.gen';
import type { Options as StatOptions } from '${RAW}/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { FieldConfig as Lines, Options as TimeSeriesOptions } from '${RAW}/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** What JSON has: values of enumerations, not their names. */
type Json<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

interface Query extends DataQuery {
  readonly datasource: { readonly type: 'prometheus'; readonly uid: string };
  readonly expr: string;
  readonly legendFormat?: string;
  readonly range?: boolean;
  readonly instant?: boolean;
  readonly editorMode?: 'code' | 'builder';
}

interface Typed<Type extends string, Options, Custom> extends Omit<Panel, 'type' | 'targets' | 'options' | 'fieldConfig'> {
  readonly type: Type;
  readonly targets: Query[];
  readonly options: Options;
  readonly fieldConfig: { defaults: Omit<FieldConfig, 'custom'> & { custom?: Custom }; overrides: [] };
}

type AnyPanel = RowPanel | Typed<'stat', StatOptions, never> | Typed<'timeseries', TimeSeriesOptions, Lines>;

export type Schema = Json<Omit<Dashboard, 'panels'> & { uid: string; title: string; panels: AnyPanel[] }>;
`;

/** What the schema says of each dashboard, in one run of the compiler. */
export function dashboardErrors(dashboards: readonly GrafanaDashboard[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'schema.ts'), SCHEMA);
    const files = dashboards.map((_, index) => `dashboard${index}.ts`);
    dashboards.forEach((entry, index) => {
      const literal = JSON.stringify(entry, null, 2);
      const text = `import type { Schema } from './schema';\nexport const dashboard: Schema = ${literal};\n`;
      writeFileSync(join(folder, `dashboard${index}.ts`), text);
    });
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'ES2022', '--module', 'ESNext'];
    const args = [TSC, ...options, '--moduleResolution', 'bundler', '--types', '', '--pretty', 'false', ...files];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const lines = stdout.split('\n').filter((line) => line !== '');
    const others = lines.filter((line) => !/^dashboard\d+\.ts|^\s/.test(line));
    if (others.length > 0) throw new Error(others.join('\n'));
    return files.map((file) => lines.filter((line) => line.startsWith(`${file}(`)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
