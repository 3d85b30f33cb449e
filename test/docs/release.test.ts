import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../support/sources';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const page = readFileSync(join(root, 'docs/how-to/release.md'), 'utf8');
const job = parse(readFileSync(join(root, 'docs/how-to/release.github-actions.yaml'), 'utf8'));
const steps: readonly Step[] = job.jobs.publish.steps;
const scripts = [
  ...steps.flatMap(({ run }) => run ?? []),
  ...[...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, script = '']) => script.replaceAll(/^ {3}/gm, '')),
];

describe('the release', () => {
  it.each(scripts)('has a script that a shell reads: %j', (script) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('is tested before it is published, and by the job only for a tag', () => {
    const order = steps.flatMap(({ run }) => run?.match(/npm (ci|test|publish)\b/g) ?? []);
    expect(order).toEqual(['npm ci', 'npm test', 'npm publish']);
    expect(job.on).toEqual({ push: { tags: ['v*'] } });
  });

  it.each([
    ['v0.1.0', 0],
    ['v0.1.1', 1],
  ])('of the tag %s ends with status %i where the version is 0.1.0', (tag, status) => {
    const check = steps.find(({ run }) => run?.includes('GITHUB_REF_NAME'))?.run ?? '';
    const script = check.replace(/^version=.*$/m, 'version=0.1.0');
    const env = { ...process.env, GITHUB_REF_NAME: tag };
    expect(spawnSync('bash', ['-e'], { input: script, env, encoding: 'utf8' }).status).toBe(status);
  });
});
