import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { AWS_VARIABLES, KAFKA_VARIABLES, PG_VARIABLES, type UseVariables } from '../../lib';
import { fromSources } from '../support/doors';
import { root } from '../support/sources';
import { find, type Manifest } from '../support/synth';

const text = readFileSync(join(root, 'docs', 'how-to', 'use-a-database-or-bucket.md'), 'utf8');
const programs = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

test.each<[string, UseVariables<string>]>([
  ['database', PG_VARIABLES],
  ['bucket', AWS_VARIABLES],
  ['topic', KAFKA_VARIABLES],
])('use-a-database-or-bucket.md lists the variables of %s', (use, variables) => {
  const row = new RegExp(`^\\| \`${use}\` +\\| ([^|]*?) +\\|`, 'm').exec(text)?.[1];
  expect(row).toBe(
    Object.values(variables)
      .flat()
      .map((name) => `\`${name}\``)
      .join(', '),
  );
});

describe('the programs of use-a-database-or-bucket.md', () => {
  // Inside the repository, so that the peers of the package are found.
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(root, '.tmp', 'use-'));
  const files = programs.map((code, index) => {
    const file = join(folder, `program${index}.ts`);
    writeFileSync(file, fromSources(code));
    return file;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(files.map((file, index) => ({ file, number: index + 1 })))('number $number runs', ({ file }) => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], {
      cwd: folder,
      env: { ...process.env, CDK8S_OUTDIR: join(folder, 'dist') },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });

  test('give the service a way to each of the servers', () => {
    const objects = parseAllDocuments(readFileSync(join(folder, 'dist', 'labels.k8s.yaml'), 'utf8')).map(
      (document): Manifest => document.toJS(),
    );
    const { egress } = find(objects, 'NetworkPolicy', 'embedder-deploy').spec;
    expect(egress.flatMap(({ ports }: Manifest) => ports.map(({ port }: Manifest) => port))).toEqual([
      5432, 9000, 9092, 443,
    ]);
  });
});
