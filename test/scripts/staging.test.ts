import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeStaging, replaceFolders, stage } from '../../scripts/staging';
import { filesIn } from '../support/golden';

const folder = mkdtempSync(join(tmpdir(), 'staging-'));
afterAll(() => rmSync(folder, { recursive: true }));

const OLD = { 'deploy/values/a.yaml': 'of: old\n', 'dist/a.yaml': 'of: old\n' };
const NEW = { 'deploy/b.yaml': 'of: new\n', 'dist/b.yaml': 'of: new\n' };

function write(to: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(to, path, '..'), { recursive: true });
    writeFileSync(join(to, path), text);
  }
}

/** A folder with a synth of before, and a staged one. */
function staged(before: Readonly<Record<string, string>> = OLD) {
  const output = mkdtempSync(join(folder, 'output-'));
  write(output, before);
  const staging = stage(output);
  write(staging, NEW);
  return { output, staging };
}

const written = (output: string) => filesIn(output, 'dist', 'deploy');
const stagings = (output: string) => readdirSync(output).filter((name) => name.startsWith('.synth-'));

type Rename = typeof renameSync;

/** Renames, but for the one of the given step. */
function failingAt(step: number, before: Rename = () => {}): Rename {
  let steps = 0;
  return (from, to) => {
    steps += 1;
    before(from, to);
    if (steps === step) throw new Error(`EBUSY: resource busy or locked, rename '${from}'`);
    renameSync(from, to);
  };
}

const BEFORE: [string, Readonly<Record<string, string>>, number][] = [
  ['both folders were there', OLD, 5],
  ['no folder was there', {}, 3],
  ['dist/ alone was there', { 'dist/a.yaml': 'of: old\n' }, 4],
  ['deploy/ alone was there', { 'deploy/a.yaml': 'of: old\n' }, 4],
];
const STEPS = BEFORE.flatMap(([name, before, renames]) =>
  Array.from({ length: renames }, (_, index) => [name, index + 1, before] as const),
);

describe('a replacement of dist/ and deploy/', () => {
  it.each(BEFORE)('puts the new ones in their place where %s, and leaves nothing else', (_, before, renames) => {
    const { output, staging } = staged(before);
    let count = 0;
    replaceFolders(staging, output, (from, to) => {
      count += 1;
      renameSync(from, to);
    });
    expect(removeStaging(staging)).toBe(true);
    expect(written(output)).toEqual(NEW);
    expect(stagings(output)).toEqual([]);
    expect(count).toBe(renames);
  });

  it.each(STEPS)('is undone at once where %s and step %i fails, as for a mount point', (_, step, before) => {
    const { output, staging } = staged(before);
    expect(() => replaceFolders(staging, output, failingAt(step))).toThrow(/EBUSY.*\n.*mount point.*--output/);
    expect(written(output)).toEqual(before);
    expect(removeStaging(staging)).toBe(true);
    expect(stagings(output)).toEqual([]);
  });

  it.each(STEPS)('is undone by the next run where %s and it is killed at step %i, or while it is undone', (...args) => {
    const [, step, before] = args;
    const { output, staging } = staged(before);
    const killed: string[] = [];
    const kill = () => {
      const copy = mkdtempSync(join(folder, 'killed-'));
      cpSync(output, copy, { recursive: true });
      killed.push(copy);
    };
    expect(() => replaceFolders(staging, output, failingAt(step, kill))).toThrow('EBUSY');
    expect(killed.length).toBeGreaterThanOrEqual(step);
    for (const copy of killed) {
      const left = Object.keys(written(copy)).map((path) => Object.hasOwn(NEW, path));
      expect(new Set(left).size, 'new beside old').toBeLessThanOrEqual(1);
      const next = stage(copy);
      expect(written(copy)).toEqual(before);
      expect(stagings(copy)).toEqual([basename(next)]);
    }
  });

  it('that could not be undone keeps the old ones for the next run', () => {
    const { output, staging } = staged();
    let steps = 0;
    const broken: Rename = (from, to) => {
      steps += 1;
      if (steps > 2) throw new Error('EIO');
      renameSync(from, to);
    };
    expect(() => replaceFolders(staging, output, broken)).toThrow('EIO');
    expect(removeStaging(staging)).toBe(false);
    stage(output);
    expect(written(output)).toEqual(OLD);
  });

  it('that was killed leaves a folder alone that somebody has put in the place of the old one', () => {
    const { output, staging } = staged();
    mkdirSync(join(staging, 'old'));
    renameSync(join(output, 'dist'), join(staging, 'old', 'dist'));
    write(output, { 'dist/checked-out.yaml': 'of: git\n' });
    stage(output);
    expect(written(output)).toEqual({ 'deploy/values/a.yaml': 'of: old\n', 'dist/checked-out.yaml': 'of: git\n' });
  });

  it('is not undone after another one, which was at work when this one was killed', () => {
    const { output, staging: own } = staged();
    const killed = join(output, `.synth-${process.ppid}-a`);
    write(killed, NEW);
    mkdirSync(join(killed, 'old'));
    for (const name of ['dist', 'deploy']) renameSync(join(output, name), join(killed, 'old', name));
    replaceFolders(own, output);
    stage(output);
    expect(written(output)).toEqual(NEW);
  });
});

describe('what other runs have staged', () => {
  it('is removed where they were killed, and left alone where they are running', () => {
    const output = mkdtempSync(join(folder, 'output-'));
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const running = `.synth-${process.ppid}-a`;
    for (const name of [`.synth-${ended}-a`, '.synth-of-an-older-version', running])
      write(output, { [`${name}/dist/a`]: '' });
    const own = stage(output);
    expect(stagings(output)).toEqual([running, basename(own)].sort());
  });

  it('is beside the folders that are replaced, in a folder that is made for it', () => {
    const output = join(mkdtempSync(join(folder, 'output-')), 'out', 'prod');
    expect(stage(output).startsWith(join(output, '.synth-'))).toBe(true);
  });
});
