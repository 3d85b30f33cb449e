import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InferenceStack } from '../../lib/stacks/inference';
import { fromSources } from '../support/doors';
import { basicItem } from '../support/stac-items';
import { synth } from '../support/synth';

const ROOT = join(import.meta.dirname, '..', '..');
const HOW_TO = join(ROOT, 'docs', 'how-to');
const read = (name: string) => readFileSync(join(HOW_TO, name), 'utf8');

describe('watch-it-scale.md', () => {
  const text = read('watch-it-scale.md');

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
  const snippets = [...read('serve-a-model.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  let folder: string;

  beforeAll(() => {
    // Inside the repository, so that the peers of the package are found.
    mkdirSync(join(ROOT, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.tmp', 'serve-a-model-'));
    writeFileSync(join(folder, 'stac-item.json'), JSON.stringify(basicItem));
    for (const [index, code] of snippets.entries()) {
      writeFileSync(join(folder, `${index}.ts`), fromSources(code));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(snippets.map((_, index) => index))('number %s runs', (index) => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(folder, `${index}.ts`)], {
      cwd: folder,
      env: { ...process.env, CDK8S_OUTDIR: join(folder, 'dist') },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('the first one serves a model in twenty lines', () => {
    const lines = (snippets[0] ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('import'));
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});
