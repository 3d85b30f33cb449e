import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dev } from '../../environments';
import type { ApiCalls } from '../../lib';
import { buildPlatform } from '../../lib/platform';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../lib/stacks/model-platform';
import { specOf } from '../../lib/stacks/model-platform/model-deployment-resource';
import { programFolder, runPrograms } from '../support/programs-of-pages';
import { find, synth } from '../support/synth';

const ROOT = join(import.meta.dirname, '..', '..');
const FILE = join(ROOT, 'docs', 'how-to', 'deploy-a-model.md');
const text = readFileSync(FILE, 'utf8');
const code = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, found = '']) => found);

/** The calls as the page lists them. */
function callTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rows = [...OPERATOR_CALLS, ...OPERATOR_CLUSTER_CALLS].map(({ apiGroup, resource, verbs, reason }: ApiCalls) =>
    row([`\`${resource}\``, apiGroup === '' ? 'core' : `\`${apiGroup}\``, verbs.join(', '), reason]),
  );
  return `${row(['resource', 'group', 'verbs', 'to'])}|---|---|---|---|\n${rows.join('')}`;
}

describe('deploy-a-model.md', () => {
  test('lists the calls that the operator declares', () => {
    expect(/<!-- calls -->\n([\s\S]*?)<!-- \/calls -->/.exec(text)?.[1]).toBe(callTable());
  });

  test('shows a ModelDeployment that the CustomResourceDefinition accepts', () => {
    expect(() => specOf('deploy-a-model.md', parse(code('yaml')[0] ?? ''))).not.toThrow();
  });

  test('names ports, images and Services that the stack has', () => {
    const app = new App({ outdir: 'never-written' });
    const { nodePorts } = buildPlatform(app, dev, 'model-platform');
    const objects = synth(app);
    for (const port of [8800, 8901]) expect(nodePorts.map(({ hostPort }) => hostPort)).toContain(port);
    expect(find(objects, 'Service', 'model-registry-service').spec.ports[0].port).toBe(8000);
    for (const image of ['api', 'operator', 'inference-server']) {
      expect(JSON.stringify(objects)).toContain(`ml-platform/${image}:0.1.0`);
    }
  });
});

describe('the program of deploy-a-model.md', () => {
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  test('runs', () => {
    const { status, stderr } = runPrograms(folder, code('ts').slice(0, 1));
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(folder, 'dist', 'model-platform.k8s.yaml'), 'utf8')).toContain('name: churn-inference');
  });
});
