import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environments } from './support/environments';
import { COMMITTED, filesIn, goldenFiles, goldenFolder, synthesizedFiles } from './support/golden';
import { root } from './support/sources';

describe.each(environments.map((config) => [config.name, config] as const))('the environment %s', (name, config) => {
  it('has the name that it is asked for by', async () => {
    const { environment } = await import('../environments');
    expect(environment(name)).toBe(config);
  });

  // Wrong after a change that is meant? npm run accept
  it('writes what is kept of it', () => {
    expect(goldenFiles(config)).toEqual(filesIn(goldenFolder(config)));
  });
});

// Wrong after a change that is meant? npm run accept
it(`dist/ and deploy/ are what a synth of ${COMMITTED} writes, byte for byte`, () => {
  const config = environments.find(({ name }) => name === COMMITTED);
  if (config === undefined) throw new Error(`there is no environment ${COMMITTED}`);
  expect(filesIn(root, 'dist', 'deploy')).toEqual(synthesizedFiles(config));
});

it('no environment is kept that is no more', () => {
  const names = environments.map(({ name }) => name);
  expect(readdirSync(join(root, 'test/golden')).filter((folder) => !names.includes(folder))).toEqual([]);
});
