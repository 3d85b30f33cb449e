import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
export const repository = join(import.meta.dirname, '..', '..');

/** The peers of the package by name, and the installed packages that stand for them. */
export type Peers = Readonly<Record<string, string>>;

export const CURRENT_PEERS: Peers = {
  cdk8s: 'cdk8s',
  'cdk8s-plus-28': 'cdk8s-plus-28',
  constructs: 'constructs',
};

/** The lowest versions that the package claims to work with. */
export const LOWEST_PEERS: Peers = { ...CURRENT_PEERS, cdk8s: 'cdk8s-lowest', constructs: 'constructs-lowest' };

export interface ProjectProps {
  readonly type: 'module' | 'commonjs';
  /** Source by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder of the unpacked package. */
  readonly package: string;
  /** @default CURRENT_PEERS */
  readonly peers?: Peers;
}

/** A project in a folder of its own, with what `npm install` would give it, taken from what is installed here. */
export function project(folder: string, props: ProjectProps): string {
  const { type, files, peers = CURRENT_PEERS } = props;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const installed = Object.entries(peers).map(([name, as]) => [name, installedAt(as)] as const);
  for (const [name, from] of [...installed, ['cdk8s-ml-platform', props.package] as const]) {
    cpSync(from, join(folder, 'node_modules', name), { recursive: true });
  }
  return folder;
}

/** Compiles a project strictly, declarations of its dependencies included; the output goes to `out/`. */
export function compile(folder: string, module: string, moduleResolution: string, ...options: string[]): void {
  const strict = ['--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--outDir', 'out'];
  const tsc = join(installedAt('typescript'), 'bin', 'tsc');
  const args = [tsc, '--module', module, '--moduleResolution', moduleResolution, ...strict, ...options];
  run(folder, process.execPath, ...args, 'app.ts', 'types.ts');
}

/** Runs an app; the manifests that it writes. */
export function synthesize(folder: string, ...args: string[]): string {
  run(folder, process.execPath, ...args);
  return readFileSync(join(folder, 'dist', 'catalogue.k8s.yaml'), 'utf8');
}

export interface PackedLibrary {
  readonly tarball: string;
  /** Paths of its files. */
  readonly contents: readonly string[];
  /** Folder that it is unpacked in. */
  readonly unpacked: string;
}

/** Packs a copy of the repository: the build writes to it, and other tests may write to the repository meanwhile. */
export function pack(temporary: string): PackedLibrary {
  const copy = join(temporary, 'repository');
  const generated = new Set(
    ['node_modules', 'build', 'coverage', 'dist', 'deploy'].map((name) => join(repository, name)),
  );
  const copied = (path: string) => !generated.has(path) && !basename(path).startsWith('.');
  cpSync(repository, copy, { recursive: true, filter: copied });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const [packed] = JSON.parse(run(copy, 'npm', 'pack', '--json', '--silent', '--pack-destination', temporary));
  const tarball = join(temporary, packed.filename);
  run(temporary, 'tar', '-xzf', tarball);
  const contents = packed.files.map(({ path }: { path: string }) => path);
  return { tarball, contents, unpacked: join(temporary, 'package') };
}

/** Runs a program to its end; what it prints on standard output. */
export function run(cwd: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')}\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}

/** `package.json` of an installed package. */
export function manifestOf(name: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(installedAt(name), 'package.json'), 'utf8'));
}

/** Folder of an installed package. */
export function installedAt(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}
