import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { AWS_VARIABLES, KAFKA_VARIABLES, PG_VARIABLES, type UseVariables } from '../../lib';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { root } from '../support/sources';
import { find, type Manifest } from '../support/synth';

const PAGE = 'docs/how-to/use-a-database-or-bucket.md';
const text = readFileSync(join(root, PAGE), 'utf8');

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
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  test('run', () => {
    const { status, stderr } = runPrograms(folder, programsOf(PAGE));
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
