import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dev } from '../../environments';
import type { ApiCalls } from '../../lib';
import { buildPlatform } from '../../lib/platform';
import {
  MODEL_OPERATOR_CALLS,
  MODEL_OPERATOR_LEASE_CALLS,
  OPERATOR_CALLS,
  OPERATOR_CLUSTER_CALLS,
} from '../../lib/stacks/model-platform';
import { specOf } from '../../lib/stacks/model-platform/model-deployment-resource';
import { programFolder, runPrograms } from '../support/programs-of-pages';
import { find, synth } from '../support/synth';

const ROOT = join(import.meta.dirname, '..', '..');
const FILE = join(ROOT, 'docs', 'how-to', 'deploy-a-model.md');
const text = readFileSync(FILE, 'utf8');
const code = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, found = '']) => found);

/** Calls as the page lists them. */
function callTable(calls: readonly ApiCalls[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rows = calls.map(({ apiGroup, resource, verbs, reason }) =>
    row([`\`${resource}\``, apiGroup === '' ? 'core' : `\`${apiGroup}\``, verbs.join(', '), reason]),
  );
  return `${row(['resource', 'group', 'verbs', 'to'])}|---|---|---|---|\n${rows.join('')}`;
}

describe('deploy-a-model.md', () => {
  test.each([
    ['operator calls', [...MODEL_OPERATOR_CALLS, ...MODEL_OPERATOR_LEASE_CALLS]],
    ['calls', [...OPERATOR_CALLS, ...OPERATOR_CLUSTER_CALLS]],
  ] as const)('lists the %s as they are declared', (name, calls) => {
    const table = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`).exec(text)?.[1];
    expect(table).toBe(callTable(calls));
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

describe('the programs of deploy-a-model.md', () => {
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  test('run', () => {
    const { status, stderr } = runPrograms(folder, code('ts'));
    expect(status, stderr).toBe(0);
    const written = (file: string) => readFileSync(join(folder, 'dist', file), 'utf8');
    expect(written('models-production.k8s.yaml')).toContain('name: ml-operator');
    expect(written('model-platform.k8s.yaml')).toContain('name: churn-inference');
  });
});
