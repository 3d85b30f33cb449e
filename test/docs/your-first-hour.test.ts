import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { expect, it } from 'vitest';
import { environment } from '../../environments';
import { buildPlatform, localUrl } from '../../lib/platform';
import { blocksOf } from '../support/page-blocks';
import { describeLong } from '../support/programs';
import { root } from '../support/sources';

const page = readFileSync(join(root, 'docs/tutorial/your-first-hour.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lines = blocksOf(page, 'sh').flatMap((block) => block.trim().split('\n'));
/** The commands of the day: names of scripts with their arguments. */
const commands = lines.flatMap((line) => {
  const [, script, words = ''] = /^npm run ([\w:-]+)(?: -- (.*))?$/.exec(line) ?? [];
  return script === undefined ? [] : [{ script, words: words.split(' ').filter((word) => word !== '') }];
});
const run = (script: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), `scripts/${script}.ts`, ...words], {
    cwd: root,
    encoding: 'utf8',
  });
const { ports, days } = buildPlatform(new App(), environment('dev'));

describeLong('the commands of the tutorial', () => {
  it('are scripts of package.json, beside the installation and a request', () => {
    const others = lines.filter((line) => !line.startsWith('npm run '));
    expect(others).toEqual(['npm ci', expect.stringMatching(/^curl http:/)]);
    expect(commands.map(({ script }) => scripts[script])).toEqual(
      commands.map(({ script }) => `tsx scripts/${script}.ts`),
    );
  });

  it('are those of `npm run help`, but for the images, of which the page tells in words', () => {
    const helped = [...run('help').stdout.matchAll(/^npm run (\w+)/gm)].map(([, script]) => script);
    expect(page).toContain('`npm run images`');
    expect(new Set([...commands.map(({ script }) => script), 'images'])).toEqual(new Set(helped));
  });

  it('fails for an option that a command does not know', () => {
    const { status, stderr } = run('down', '--nothing', '--help');
    expect([status, stderr]).toEqual([2, expect.stringContaining('npm run down -- [--nodes]')]);
  });

  it('name a stack of the environment, and an example that one has', () => {
    const [stack = ''] = commands.find(({ script }) => script === 'logs')?.words ?? [];
    expect(Object.keys(days)).toContain(stack);
    expect(days[stack]?.example?.checkout).toBe('fAIr-models');
    expect(days[stack]?.data?.bucket).toBe('fair-data');
  });

  it('and its text ask only for what is forwarded', () => {
    const asked = [...page.matchAll(/http:\/\/localhost:\d+/g)].map(([url]) => url);
    expect(asked.length).toBeGreaterThan(2);
    expect(ports.map(localUrl)).toEqual(expect.arrayContaining(asked));
  });
});
