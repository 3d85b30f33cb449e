import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { fromSources } from '../support/doors';
import { root } from '../support/sources';
import { find, type Manifest } from '../support/synth';

const text = readFileSync(join(root, 'docs', 'how-to', 'share-a-namespace.md'), 'utf8');
const programs = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

// Inside the repository, so that the peers of the package are found.
mkdirSync(join(root, '.tmp'), { recursive: true });
const folder = mkdtempSync(join(root, '.tmp', 'share-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The policies of the stack that a program of the page configures. */
function policiesOf(index: number): Manifest[] {
  const file = join(folder, `program${index}.ts`);
  const platform = `import { App } from 'cdk8s';
import { buildPlatform } from 'cdk8s-ml-platform/platform';
const app = new App();
buildPlatform(app, { name: 'test', nodePools: [], stacks: { fair: entry } });
console.log(app.synthYaml());
`;
  writeFileSync(file, fromSources(`${programs[index]}\n${platform}`));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  return objects.filter(({ kind }) => kind === 'NetworkPolicy');
}

test('the app in the namespace of the stack keeps its connections, and reaches its servers', () => {
  const policies = policiesOf(0);
  const { podSelector, ingress, egress } = find(policies, 'NetworkPolicy', 'fair-api').spec;
  expect(podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'fair' });
  expect(ingress).toEqual([{}]);
  expect(egress).toContainEqual({});
  for (const server of ['postgres', 'minio'])
    expect(JSON.stringify(find(policies, 'NetworkPolicy', server).spec.ingress)).toContain(
      '{"app.kubernetes.io/name":"fair"}',
    );
  // The label that the page names.
  expect(policies.map(({ spec }) => spec.podSelector.matchLabels?.['database-client'])).toContain('fair-prod-db');
});

test('the app in another namespace reaches the server that is named', () => {
  expect(find(policiesOf(1), 'NetworkPolicy', 'mlflow').spec.ingress).toContainEqual({
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'labelling' } } }],
    ports: [{ protocol: 'TCP', port: 5000 }],
  });
});
