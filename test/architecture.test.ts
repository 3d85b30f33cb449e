import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYERS } from './support/layers';
import { type Import, root, type SourceFile, sourceFile, sourceFiles } from './support/sources';

/** The imports of a file that its layer does not allow. */
function forbiddenImports({ path, imports }: SourceFile): string[] {
  const file = path.replace(/\.ts$/, '');
  const layer = LAYERS.find(({ files }) => files.test(file));
  if (layer === undefined) return [`${path} belongs to no layer`];
  const [, group = ''] = layer.files.exec(file) ?? [];
  const within = (patterns: readonly RegExp[] = [], { target }: Import) =>
    patterns.some((pattern) => new RegExp(pattern.source.replace('$1', group)).test(target));
  const ofProject = (entry: Import) => within(layer.mayImport, entry);
  const ofPackage = ({ target }: Import) =>
    target.startsWith('node:') ? /^(lib|operator)\/|^main\.ts$/.test(path) : layer.packages?.includes(target);
  return imports
    .filter((entry) => !(entry.isPackage ? ofPackage(entry) : ofProject(entry)))
    .map(({ target }) => `${path} imports ${target}`);
}

/** Chains of imports that lead back to where they began, types included. */
function cycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path.replace(/\.ts$/, '').replace(/\/index$/, ''), file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, chain: readonly string[]): void => {
    if (chain.includes(path)) found.push([...chain.slice(chain.indexOf(path)), path].join(' → '));
    if (chain.includes(path) || done.has(path)) return;
    for (const { target, isPackage } of byPath.get(path)?.imports ?? []) {
      if (!isPackage) visit(target, [...chain, path]);
    }
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}

/** Which files write an object of each kind. */
function writers(files: readonly SourceFile[]): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  for (const { path, text } of files) {
    for (const [, kind = ''] of text.matchAll(/new k8s\.Kube([A-Za-z0-9]+)\(/g)) {
      kinds.set(kind, [...new Set([...(kinds.get(kind) ?? []), path])]);
    }
  }
  return kinds;
}

const library = sourceFiles('lib');
/** A package of its own sees nothing but the doors, and has an entry point of its own. */
const examples = sourceFiles('examples').filter(({ path }) => !path.startsWith('examples/own-platform/'));
const code = [...library, ...sourceFiles('main.ts', 'environments', 'operator/src'), ...examples];
const everything = [...code, ...sourceFiles('scripts', 'test', 'bench', 'vitest.config.ts')];

describe('imports', () => {
  it('point down only', () => {
    expect(code.flatMap(forbiddenImports)).toEqual([]);
  });

  it('never go in a circle', () => {
    expect(cycles(code)).toEqual([]);
  });

  it('never read what a synth generates', () => {
    const generated = everything.flatMap(({ path, imports }) =>
      imports.filter(({ target, isPackage }) => !isPackage && /^(dist|deploy)(\/|$)/.test(target)).map(() => path),
    );
    expect(generated).toEqual([]);
  });

  it.each([
    ['lib/kube/pods/a.ts', "import { Job } from '../../workloads/job';", 'lib/workloads/job'],
    ['lib/workloads/a.ts', "import { Minio } from '../components/data/minio';", 'lib/components/data/minio'],
    ['lib/components/gpu/a.ts', "import { Minio } from '../data/minio';", 'lib/components/data/minio'],
    ['lib/components/gpu/a.ts', "import type { MinioProps } from '../data/minio';", 'lib/components/data/minio'],
    ['lib/components/gpu/a.ts', "import { Stack } from '../../platform/stack';", 'lib/platform/stack'],
    ['lib/components/gpu/a.ts', "import { parse } from 'yaml';", 'yaml'],
    ['lib/platform/a.ts', "import { FairStack } from '../stacks/fair/stack';", 'lib/stacks/fair/stack'],
    ['lib/platform/kind/a.ts', "import type { Fair } from '../../stacks/fair/stack';", 'lib/stacks/fair/stack'],
    ['lib/stacks/fair/a.ts', "import { Flts } from '../flts/stack';", 'lib/stacks/flts/stack'],
    ['lib/versions.ts', "export { images } from './kube/pods/images';", 'lib/kube/pods/images'],
    ['lib/kube/pods/a.ts', "const minio = await import('../../components/data/minio');", 'lib/components/data/minio'],
    ['main.ts', "import { Minio } from './lib/components/data/minio';", 'lib/components/data/minio'],
    ['lib/index.ts', "export { FairStack } from './stacks/fair/stack';", 'lib/stacks/fair/stack'],
    ['lib/index.ts', "export { Platform } from './platform/platform';", 'lib/platform/platform'],
    ['lib/platform/a.ts', "import { Minio } from '..';", 'lib'],
    ['lib/stacks/fair/a.ts', "import { Stack } from '../../platform';", 'lib/platform'],
    ['environments/prod.ts', "import { images } from '../lib/versions';", 'lib/versions'],
    ['environments/prod.ts', "import { readFileSync } from 'node:fs';", 'node:fs'],
    ['environments/prod.ts', "import manifest from '../dist/fair.k8s.yaml';", 'dist/fair.k8s.yaml'],
    ['examples/one/main.ts', "import { chart } from '../two/chart';", 'examples/two/chart'],
  ])('fails for %s: %s', (path, text, target) => {
    expect(forbiddenImports(sourceFile(path, text))).toEqual([`${path} imports ${target}`]);
  });

  it.each([
    [
      'lib/stacks/fair/charts/a.ts',
      "import { a } from '../secrets';\nimport { Stack } from '../../../platform/stack';",
    ],
    ['lib/platform/a.ts', "import type { Minio } from '../components/data/minio';"],
    ['lib/components/data/a.ts', "import { Minio } from './minio';\nimport { k8s } from 'cdk8s-plus-28';"],
    ['lib/workloads/a.ts', "import { Job } from './job';"],
    ['lib/kube/pods/a.ts', "import { requireProp } from '../objects/errors';"],
    ['environments/prod.ts', "import { NodePool } from '../lib';\nimport { fair } from '../lib/stacks/fair';"],
    ['examples/one/main.ts', "import { chart } from './chart';\nimport { Minio } from '../../lib';"],
  ])('may be in %s: %s', (path, text) => {
    expect(forbiddenImports(sourceFile(path, text))).toEqual([]);
  });

  it('fails for a circle', () => {
    const files = [
      sourceFile('lib/kube/pods/a.ts', "import { b } from './b';"),
      sourceFile('lib/kube/pods/b.ts', "import type { c } from './c';"),
      sourceFile('lib/kube/pods/c.ts', "import { a } from './a';"),
    ];
    expect(cycles(files)).toEqual(['lib/kube/pods/a → lib/kube/pods/b → lib/kube/pods/c → lib/kube/pods/a']);
  });
});

describe('every kind', () => {
  const kinds = writers(library);

  it('is written in one place', () => {
    expect(kinds.size).toBeGreaterThanOrEqual(15);
    expect([...kinds].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  it('with pods is written by a workload', () => {
    const workloads =
      /^(Deployment|StatefulSet|DaemonSet|Job|CronJob|HorizontalPodAutoscaler.*|PodDisruptionBudget|Pod)$/;
    const elsewhere = [...kinds].filter(
      ([kind, [file = '']]) => workloads.test(kind) && !file.startsWith('lib/workloads/'),
    );
    expect(elsewhere).toEqual([]);
  });

  it('is written as an L1: an L2 has defaults of its own, and writes what Kubernetes normalises away', () => {
    const L2 = /\b(Deployment|StatefulSet|DaemonSet|Job|CronJob|Service|Secret|ConfigMap|Namespace|Role|RoleBinding)\b/;
    const imported = library.flatMap(({ path, text }) =>
      [...text.matchAll(/import \{([^}]*)\} from 'cdk8s-plus-28'/g)]
        .filter(([, names = '']) => L2.test(names))
        .map(() => path),
    );
    expect(imported).toEqual([]);
  });

  it('fails where two files write one', () => {
    const text = "new k8s.KubeSecret(this, 'Default', {});";
    expect([...writers([sourceFile('a.ts', text), sourceFile('b.ts', text)])]).toEqual([['Secret', ['a.ts', 'b.ts']]]);
  });
});

describe('a file', () => {
  const paths = (files: readonly SourceFile[]) => files.map(({ path }) => path);

  it('has at most 250 lines, but for the list of what is public', () => {
    const long = everything
      .filter(({ path }) => path !== 'lib/index.ts')
      .filter(({ text }) => text.split('\n').length > 251);
    expect(paths(long)).toEqual([]);
  });

  it('of the library never reads the environment of the process: main.ts does', () => {
    const reading = [...library, ...sourceFiles('environments'), ...examples].filter(({ text }) =>
      /\bprocess\.(?!roles\b)|'(node:)?process'/.test(text),
    );
    expect(paths(reading)).toEqual([]);
  });

  it('of the library has what CommonJS can hold, and names what it exports', () => {
    const odd = library.filter(({ text }) =>
      /\bimport\.meta\b|^export (\*|default)|^(const|let).* = await /m.test(text),
    );
    expect(paths(odd)).toEqual([]);
  });

  it('of the library is deterministic', () => {
    const odd = library.filter(({ text }) =>
      /Math\.random|Date\.now|new Date\(\)|randomUUID|randomBytes|toLocale|localeCompare|Intl\./.test(text),
    );
    expect(paths(odd)).toEqual([]);
  });

  it('lies in a folder that says what it is about', () => {
    const folders = everything.flatMap(({ path }) => path.split('/').slice(0, -1));
    expect(folders.filter((folder) => /^(common|utils?|helpers?|misc|shared)$/.test(folder))).toEqual([]);
  });
});

it('the library has these layers, and no other folder', () => {
  const folders = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(['components', 'kube', 'platform', 'stacks', 'workloads']);
});

it('every construct has a test file of its own, unless only its neighbours build it', () => {
  const tests = new Set(sourceFiles('test').map(({ path }) => path));
  const folderOf = (path: string) => path.replace(/\/[^/]+$/, '');
  const untested = library.filter(({ path, text }) => {
    const target = path.replace(/\.ts$/, '');
    const users = library.filter(({ imports }) => imports.some((entry) => entry.target === target));
    const isPart = users.every((user) => folderOf(user.path) === folderOf(path));
    return /^export class \w+ extends/m.test(text) && !isPart && !tests.has(`${target.replace('lib', 'test')}.test.ts`);
  });
  expect(untested.map(({ path }) => path)).toEqual([]);
});
