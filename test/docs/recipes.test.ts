import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesIn } from '../support/golden';
import { root } from '../support/sources';

/** What `npm run accept`, and the tests that compare what it writes, need of the project. */
const PROJECT = [
  ...['cdk8s.yaml', 'package.json', 'tsconfig.json', 'tsconfig.synth.json', 'vitest.config.ts', 'README.md', 'main.ts'],
  ...['crds', 'deploy', 'dist', 'docs', 'environments', 'imports', 'lib', 'scripts', 'test'],
];
/** The tests that compare files with the code, and environments with each other; the rest of them takes longer. */
const COMPARING = [
  'golden.test',
  'imports.test',
  'docs/delta',
  'docs/reachability',
  'docs/secrets',
  'readme.test',
  'forbid.test',
];
const NAMES =
  'what is kept|byte for byte|is what|are what|is none|no difference|labels-db|no pods|port table|no credential';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What a page shows, which has to stand there once. */
function shown(page: string, pattern: RegExp): string {
  const [first, ...others] = [...read(page).matchAll(pattern)].map(([, text = '']) => text);
  if (first === undefined || others.length > 0) throw new Error(`${page} has to show ${pattern} once`);
  return first;
}

function inserted(source: string, after: string, text: string): string {
  if (!source.includes(after)) throw new Error(`there is no ${after}`);
  return source.replace(after, () => `${after}\n${text}`);
}

/** Edits of README and docs, each as a reader makes it: text of the page in the file that it names. */
const RECIPES: readonly { readonly name: string; readonly file: string; readonly edit: (source: string) => string }[] =
  [
    {
      name: 'add a database',
      file: 'environments/dev.ts',
      edit: (source) => inserted(source, 'fair: fair({', `${shown('README.md', /`(extraDatabases: [^`]+)`/g)},`),
    },
    {
      name: 'add a bucket',
      file: 'environments/dev.ts',
      edit: (source) => inserted(source, 'fair: fair({', `${shown('README.md', /`(extraBuckets: [^`]+)`/g)},`),
    },
    {
      name: 'change a number',
      file: 'environments/ci.ts',
      edit: (source) => source.replace('maxReplicas: 2', 'maxReplicas: 3'),
    },
    ...['onprem', 'gke'].map((name) => ({
      name: `add the environment ${name}`,
      file: `environments/${name}.ts`,
      edit: () =>
        shown(
          'docs/how-to/add-an-environment.md',
          new RegExp(`^\`environments/${name}\\.ts\`:\n\n\`\`\`ts\n([\\s\\S]*?)^\`\`\``, 'gm'),
        ).replaceAll("'cdk8s-ml-platform", "'../lib"),
    })),
    {
      name: 'list them',
      file: 'environments/index.ts',
      edit: (source) => {
        const [line = ''] = shown('docs/how-to/add-an-environment.md', /^(export const environments.*)$/gm).split('\n');
        const edited = source.replace(/^export const environments.*$/m, line.replace('onprem', 'onprem, gke'));
        return `import { gke } from './gke';\nimport { onprem } from './onprem';\n${edited}`;
      },
    },
  ];

import { describeLong } from '../support/programs';

describeLong('the recipes of README and docs, each followed by `npm run accept`', () => {
  let folder: string;
  const { NODE_ENV: _, VITEST: __, PLATFORM_ENV: ___, ...env } = process.env;
  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  let accepted: ReturnType<typeof run>;

  beforeAll(() => {
    mkdirSync(join(root, '.tmp'), { recursive: true });
    // Inside the repository, so that packages are found.
    folder = mkdtempSync(join(root, '.tmp', 'recipes-'));
    for (const name of PROJECT) cpSync(join(root, name), join(folder, name), { recursive: true });
    // No recipe changes the library, so that its API reports, which take long, stay as they are.
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    delete manifest.scripts.api;
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    for (const { name, file, edit } of RECIPES) {
      const path = join(folder, file);
      const before = filesIn(folder, 'environments')[file] ?? '';
      const after = edit(before);
      if (after === before) throw new Error(`'${name}' changes nothing`);
      writeFileSync(path, after);
    }
    accepted = run('npm', 'run', '--silent', 'accept');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('say which files they have changed', () => {
    expect(accepted.stderr).toBe('');
    expect(accepted.status).toBe(0);
    for (const path of ['dist/fair.k8s.yaml', 'deploy/secrets.md', 'test/golden/onprem/deploy/helmfile.yaml']) {
      expect(accepted.stdout).toContain(path);
    }
    expect(accepted.stdout).not.toContain('test/golden/prod');
    expect(readFileSync(join(folder, 'dist/fair.k8s.yaml'), 'utf8')).toContain('labels-db');
  });

  it('leave nothing for `npm test` to complain about', () => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const { status, stdout } = run(process.execPath, vitest, 'run', '-t', NAMES, ...COMPARING);
    expect(status, stdout).toBe(0);
  });
});
