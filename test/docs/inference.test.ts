import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { InferenceStack } from '../../lib/stacks/inference';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { root } from '../support/sources';
import { basicItem } from '../support/stac-items';
import { find, synth } from '../support/synth';

const page = (name: string) => readFileSync(join(root, 'docs/how-to', name), 'utf8');
const objects = synth(new InferenceStack(new App(), 'inference'));

test.each(['watch-it-scale.md', 'inference-runbook.md'])('%s names only objects that the stack has', (name) => {
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  const said = [...page(name).matchAll(/\b(?:hpa|deployment\/|deploy\/|svc\/|resourcequota) ?(inference-[a-z]+)/g)];
  expect(said.length).toBeGreaterThan(5);
  for (const [, object] of said) expect(names).toContain(object);
});

test('inference-runbook.md shows the probes that the pods have', () => {
  const [container] = find(objects, 'Deployment', 'inference-deploy').spec.template.spec.containers;
  const said = [...page('inference-runbook.md').matchAll(/^ +(Liveness|Readiness|Startup): +http-get (.*)$/gm)];
  expect(said.map(([, kind]) => kind)).toEqual(expect.arrayContaining(['Liveness', 'Readiness', 'Startup']));
  for (const [, kind = '', text] of said) {
    const {
      httpGet,
      initialDelaySeconds = 0,
      timeoutSeconds,
      periodSeconds,
      failureThreshold,
    } = container[`${kind.toLowerCase()}Probe`];
    const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
    expect(text).toBe(`http://:${httpGet.port}${httpGet.path} ${times} #success=1 #failure=${failureThreshold}`);
  }
});

describe('watch-it-scale.md', () => {
  const text = page('watch-it-scale.md');

  test('has a debug pod that its namespace admits', () => {
    const overrides = JSON.parse(/--overrides='([^']+)'/.exec(text)?.[1] ?? '');
    expect(overrides.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(overrides.spec.containers).toMatchObject([
      { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
    ]);
  });
});

describe('the programs of serve-a-model.md', () => {
  const snippets = programsOf('docs/how-to/serve-a-model.md');
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  test('run', () => {
    writeFileSync(join(folder, 'stac-item.json'), JSON.stringify(basicItem));
    const { status, stderr } = runPrograms(folder, snippets);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).not.toEqual([]);
  });

  test('the first one serves a model in twenty lines', () => {
    const lines = (snippets[0] ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('import'));
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});
