import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets } from '../../lib';
import { FLTS_SMALL, FltsStack } from '../../lib/stacks/flts';
import { fromSources } from '../support/doors';
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
  const snippets = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  let folder: string;

  beforeAll(() => {
    // Inside the repository, so that the peers of the package are found.
    mkdirSync(join(ROOT, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.tmp', 'run-flts-'));
    for (const [index, code] of snippets.entries()) {
      writeFileSync(join(folder, `${index}.ts`), fromSources(code));
    }
    writeFileSync(join(folder, 'all.ts'), snippets.map((_, index) => `import './${index}.ts';\n`).join(''));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('run', () => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(folder, 'all.ts')], {
      cwd: folder,
      env: { ...process.env, CDK8S_OUTDIR: join(folder, 'dist') },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
