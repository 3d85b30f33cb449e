import { execFile, type SpawnSyncReturns, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { LOCAL_PORTS } from '../../../lib/stacks/fair';
import { findProgram } from '../../platform/releases/programs';
import { freePort } from '../free-port';
import { root } from '../sources';
import { undocumented } from './documented';

const SOURCES = ['environments', 'lib', 'scripts', 'crds', 'imports', 'package.json', 'tsconfig.json'];
const COMMANDS = ['setup', 'up', 'status', 'logs', 'images', 'example', 'down', 'tear', 'help'];
const TOOLS = [
  'node',
  'sh',
  'ps',
  'pgrep',
  'lsof',
  'ss',
  'diff',
  'cat',
  'cp',
  'mkdir',
  'sed',
  'printf',
  'env',
  'sleep',
];

/** What a command of the day did. */
export interface DayRun extends Pick<SpawnSyncReturns<string>, 'stdout' | 'stderr'> {
  readonly code: number | null;
  /** Both streams, as a person sees them. */
  readonly text: string;
  /** Calls of the programs that write down how they are called. */
  readonly calls: readonly string[];
}

/**
 * A copy of the project whose ports are free ones, with programs on its search path that write down how they are called.
 * Its `dist/`, `deploy/` and state go with it.
 */
export class DayProject {
  readonly folder: string;
  readonly bin: string;
  readonly calls: string;
  /** What commands of the day are started with: where they run. */
  enter: readonly string[] = [];

  private constructor(readonly ports: Readonly<Record<keyof typeof LOCAL_PORTS, number>>) {
    mkdirSync(join(root, '.tmp'), { recursive: true });
    // Inside the repository, so that packages are found.
    this.folder = mkdtempSync(join(root, '.tmp', 'day-'));
    this.bin = join(this.folder, 'bin');
    this.calls = join(this.folder, 'calls');
    mkdirSync(this.bin);
    writeFileSync(this.calls, '');
    for (const name of SOURCES) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    for (const name of ['dev', 'ci']) {
      const file = join(this.folder, 'environments', `${name}.ts`);
      const edited = readFileSync(file, 'utf8').replace(
        'fair: fair({',
        `fair: fair({ localPorts: ${JSON.stringify(ports)},`,
      );
      writeFileSync(file, edited);
    }
    for (const name of TOOLS) this.link(name);
    // A bundled program starts in a fifth of the time that it takes with tsx.
    buildSync({
      entryPoints: COMMANDS.map((name) => join(this.folder, 'scripts', `${name}.ts`)),
      outdir: join(this.folder, 'scripts/day'),
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // package.json says that no file has side effects, and scripts have.
      ignoreAnnotations: true,
    });
  }

  static async create(): Promise<DayProject> {
    const names = Object.keys(LOCAL_PORTS) as (keyof typeof LOCAL_PORTS)[];
    const ports = await Promise.all(names.map(() => freePort()));
    return new DayProject(Object.fromEntries(names.map((name, index) => [name, ports[index]])) as DayProject['ports']);
  }

  /** Puts a shell program on the search path, which writes down how it is called. */
  program(name: string, script: string): void {
    const file = join(this.bin, name);
    rmSync(file, { force: true });
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${this.calls}"\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** A ZenML client of a version, whose interpreter knows PostgreSQL or not. */
  zenml(version: string, isPatched = true): void {
    const python = join(this.bin, 'python');
    rmSync(python, { force: true });
    writeFileSync(python, `#!/bin/sh\n[ "$1" = -c ] && exit ${isPatched ? 0 : 1}\nexec /bin/sh "$@"\n`, {
      mode: 0o755,
    });
    this.program('zenml', `[ "$1" = version ] && echo 'ZenML version: ${version}'\nexit 0`);
    const file = join(this.bin, 'zenml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('#!/bin/sh', `#!${python}`));
  }

  /** Whether the last of the calls of `zenml` about a stack imported it. */
  hasZenmlStack(name: string): boolean {
    const about = this.log().filter(
      (line) => line.startsWith(`zenml stack import ${name} `) || line === `zenml stack delete ${name} -y -r`,
    );
    return about.at(-1)?.includes(' import ') ?? false;
  }

  /** Puts a program of this machine on the search path. */
  link(name: string, target = name === 'node' ? process.execPath : findProgram(name)): void {
    if (target !== undefined) symlinkSync(resolve(target), join(this.bin, name));
  }

  without(name: string): void {
    rmSync(join(this.bin, name), { force: true });
  }

  /** Runs a shell script with the programs of the project. */
  async shell(
    script: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const all = { PATH: this.bin, HOME: this.folder, CI: 'true', NO_COLOR: '1', ...env };
    return promisify(execFile)('sh', ['-euc', script], { cwd: this.folder, env: all }).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ status: code, stdout, stderr }),
    );
  }

  /** Starts a command of the day. What it calls of programs that cannot run here has to be documented so. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const before = this.log().length;
    const [program = '', ...options] = [...this.enter, process.execPath];
    const child = spawn(program, [...options, `scripts/day/${command}.mjs`, ...args], {
      cwd: this.folder,
      // A group of its own, as a terminal makes one: killing it kills what it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: this.bin, HOME: this.folder, CI: 'true', NO_COLOR: '1', ...env },
    });
    const output = { stdout: '', stderr: '', text: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text) => {
        output[name] += text;
        output.text += text;
      });
    }
    const ended = new Promise<DayRun>((done, fail) => {
      child.once('error', fail);
      child.once('close', (code) => {
        const calls = this.log().slice(before);
        const wrong = undocumented(calls);
        if (wrong.length > 0) fail(new Error(wrong.join('\n')));
        else done({ code, ...output, calls });
      });
    });
    return {
      ended,
      output,
      kill: (signal: NodeJS.Signals = 'SIGKILL') =>
        child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, signal),
    };
  }

  run(command: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<DayRun> {
    return this.start(command, args, env).ended;
  }

  log(): readonly string[] {
    return readFileSync(this.calls, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
