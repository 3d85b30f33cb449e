import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { environment } from '../environments';
import { buildPlatform } from '../lib/platform';
import { portTable } from '../lib/platform/reports/ports';
import { doors } from '../scripts/doors';
import { programFolder, programsOf, runPrograms } from './support/programs-of-pages';

const ROOT = join(import.meta.dirname, '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function section(name: string): string {
  const [, after = ''] = readme.split(`<!-- ${name} -->\n`);
  return after.split(`<!-- /${name} -->`)[0] ?? '';
}

describe('the README', () => {
  it('has the port table that `npm run ports` prints', () => {
    const { ports } = buildPlatform(new App(), environment('dev'));
    expect(section('ports')).toBe(portTable(ports));
  });

  it('names every stack, its file and its namespace', () => {
    const app = new App();
    buildPlatform(app, environment('dev'), 'all');
    const table = section('stacks').replaceAll(/ +/g, ' ');
    for (const chart of app.node.children.filter(Chart.isChart)) {
      expect(table).toContain(
        `| \`${chart.node.id}\` | \`dist/${chart.node.id}.k8s.yaml\` | ${chart.namespace ? `\`${chart.namespace}\`` : '–'} |`,
      );
    }
  });

  it('names every door of the package, and the context of its kind cluster', () => {
    const rows = doors().map(({ specifier }) => specifier.replace(/stacks\/.*/, 'stacks/…'));
    for (const row of rows) expect(readme).toContain(`| \`${row}\` `);
    expect(readme).toContain(`\`${buildPlatform(new App(), environment('dev')).kubeContext}\` for \`dev\``);
  });

  it('is short enough to be read: details are in docs/', () => {
    expect(readme.split('\n').length).toBeLessThan(200);
  });

  it('has at most eight commands for the day, each a script of package.json', () => {
    const [, day = ''] = /## Bring it up on kind\n\n```sh\n([\s\S]*?)```/.exec(readme) ?? [];
    const commands = day
      .trim()
      .split('\n')
      .map((line) => /^npm run ([a-z]+)/.exec(line)?.[1] ?? line);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
    expect(commands.length).toBeLessThanOrEqual(8);
  });
});

describe('the programs of the README', () => {
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('run', () => {
    const { status, stderr } = runPrograms(folder, programsOf('README.md'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).not.toEqual([]);
  });
});
