import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets } from '../../lib';
import { FLTS_SMALL, FltsStack } from '../../lib/stacks/flts';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { find, type Manifest, synth } from '../support/synth';

const ROOT = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(ROOT, 'docs', 'how-to', 'run-flts.md'), 'utf8');

describe('run-flts.md', () => {
  const stack = new FltsStack(new App(), 'flts', { credentials: existingSecrets(), profile: FLTS_SMALL });
  const { data } = find(synth(stack), 'ConfigMap', 'prometheus-config');
  const [, watching = ''] = /## Watch it\n([\s\S]*?)\n## /.exec(text) ?? [];
  const rows = watching.split('\n').filter((line) => line.startsWith('| `'));

  test('has a row for each job that is scraped', () => {
    const jobs = parse(data['prometheus.yml']).scrape_configs.map(({ job_name }: Manifest) => job_name);
    const said = rows.flatMap((row) => /^\| `([a-z-]+)`/.exec(row)?.[1] ?? []);
    expect(said.sort()).toEqual(jobs.sort());
  });

  test('has each alert, with its severity', () => {
    const rules: Manifest[] = parse(data['rules.yml']).groups.flatMap((group: Manifest) => group.rules);
    const alerts = rules.flatMap(({ alert, labels }) => (alert === undefined ? [] : [`${alert} ${labels.severity}`]));
    const said = rows.flatMap((row) => {
      const [, names = '', severities = ''] = row.split('|');
      const [first = '', second = first] = severities.split(',').map((severity) => severity.trim());
      return [...names.matchAll(/`([A-Z]\w+)`/g)].map(([, name], index) => `${name} ${index === 0 ? first : second}`);
    });
    expect(said.sort()).toEqual(alerts.sort());
  });
});

describe('the programs of run-flts.md', () => {
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  test('run', () => {
    const { status, stderr } = runPrograms(folder, programsOf('docs/how-to/run-flts.md'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).not.toEqual([]);
  });
});
