import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from './project';

interface LockedPackage {
  readonly resolved?: string;
  /** Of a package of this repository. */
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  const lockfile = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'));
  const packages: Readonly<Record<string, LockedPackage>> = lockfile.packages;

  test('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link)).toEqual([]);
  });

  // npm leaves out what the registry does not have, and then refuses to install what it wrote.
  test('has the packages of every platform', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !ancestors(path).some((at) => `${at}node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('pins what the project is developed with', () => {
    const { '': own, operator } = packages;
    const ranges = Object.values({ ...own?.devDependencies, ...operator?.dependencies }).filter(
      (range) => !/^(npm:.+@)?\d[\w.-]*$/.test(range),
    );
    expect(ranges).toEqual([]);
  });
});

/** Where Node.js looks for the dependencies of an installed package: below itself, and below each package around it. */
function ancestors(path: string): string[] {
  const parts = path.split('/node_modules/');
  return ['', ...parts.map((_, index) => `${parts.slice(0, index + 1).join('/node_modules/')}/`)];
}
