import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { referencePages } from '../../scripts/api/reference';
import { type DoorReport, doorReports, unnamedTypes } from '../../scripts/api/report';
import { doors } from '../../scripts/doors';
import { describeLong } from '../support/programs';
import { root } from '../support/sources';

/** The files of a folder, by name. */
function committed(...path: readonly string[]): Map<string, string> {
  const folder = join(root, ...path);
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

describeLong('the API of each door', () => {
  let reports: readonly DoorReport[];

  beforeAll(() => {
    reports = doorReports();
  }, 300_000);

  it('is the one that was reviewed: `npm run api` writes it', () => {
    expect(new Map(reports.map(({ door, text }) => [`${door.name}.api.md`, text]))).toEqual(committed('api'));
  });

  it('is made of types that can be imported by name', () => {
    expect(unnamedTypes(reports)).toEqual([]);
  });

  it('is found: the kit has its constructs and platforms their configuration', () => {
    const [kit, , platform] = reports;
    expect(kit?.text).toContain('export class InferenceService extends Construct');
    expect(platform?.text).toContain('export interface PlatformConfig');
  });

  it.each([
    ['is exported by no door', 'export class A {', ['Missing'], 'package/a: Missing'],
    ['has the name of another one that the door exports', 'export class A {', ['A'], 'package/a: A'],
  ])('fails for a type that %s', (_, text, foreign, hole) => {
    const report = { door: { specifier: 'package/a', name: 'a', source: 'a' }, text, foreign };
    expect(unnamedTypes([report])).toEqual([hole]);
  });

  it('may be made of types of another door', () => {
    const door = { specifier: 'package/a', name: 'a', source: 'a' };
    const kit = { door, text: 'export type Shared = string;', foreign: [] };
    expect(unnamedTypes([kit, { door, text: '', foreign: ['Shared'] }])).toEqual([]);
  });

  it('names each type once: a type of another door is found by its name', () => {
    const names = reports.flatMap(({ text }) =>
      [...text.matchAll(/^export (?:abstract )?\w+ (\w+)/gm)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describeLong('the API reference', () => {
  let pages: ReadonlyMap<string, string>;

  beforeAll(() => {
    pages = referencePages();
  }, 300_000);

  it('is fresh: `npm run api` writes it', () => {
    expect(pages).toEqual(committed('docs', 'reference', 'api'));
  });

  it('has a page for each door, which shows what is left out', () => {
    expect(pages.size).toBe(doors().length + 1);
    expect(pages.get('kit.md')).toMatch(/`port\?` .*\*\*Default\*\* `8080`/);
  });
});
