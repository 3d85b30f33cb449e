import { rmSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { itLong } from '../support/programs';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { find, type Manifest } from '../support/synth';

const programs = programsOf('docs/how-to/share-a-namespace.md');
const folder = programFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** The policies of the stack that a program of the page configures. */
function policiesOf(index: number): Manifest[] {
  const platform = `import { App } from 'cdk8s';
import { buildPlatform } from 'cdk8s-ml-platform/platform';
const app = new App();
buildPlatform(app, { name: 'test', nodePools: [], stacks: { fair: entry } });
console.log(app.synthYaml());
`;
  const { status, stdout, stderr } = runPrograms(folder, [`${programs[index]}\n${platform}`]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  return objects.filter(({ kind }) => kind === 'NetworkPolicy');
}

itLong('the app in the namespace of the stack keeps its connections, and reaches its servers', () => {
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

itLong('the app in another namespace reaches the server that is named', () => {
  expect(find(policiesOf(1), 'NetworkPolicy', 'mlflow').spec.ingress).toContainEqual({
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'labelling' } } }],
    ports: [{ protocol: 'TCP', port: 5000 }],
  });
});
