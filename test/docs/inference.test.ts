import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, describe, expect, test } from 'vitest';
import { InferenceStack } from '../../lib/stacks/inference';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
import { root } from '../support/sources';
import { basicItem } from '../support/stac-items';
import { synth } from '../support/synth';

describe('watch-it-scale.md', () => {
  const text = readFileSync(join(root, 'docs/how-to/watch-it-scale.md'), 'utf8');

  test('names only objects that the stack has', () => {
    const names = new Set(synth(new InferenceStack(new App(), 'inference')).map(({ metadata }) => metadata.name));
    const said = [...text.matchAll(/\b(?:hpa|deployment\/|deploy\/|svc\/|resourcequota) ?(inference-[a-z]+)/g)];
    expect(said.length).toBeGreaterThan(5);
    for (const [, name] of said) expect(names).toContain(name);
  });

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
