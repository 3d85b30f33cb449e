import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { bundleLibrary } from '../scripts/bundle';
import { bareApp } from './bare-app';
import { asL1 } from './l1-manifest';

/**
 * Synthesizes the fAIr stack with this library, the same objects with a bare cdk8s app of L1 objects, and renders the
 * same YAML as a helm chart: whole processes, compiled JavaScript on both sides, one after the other in turns.
 *
 *   npm run bench -- [--copies 1,10,100] [--runs 9] [--keep]
 */
const { values: options } = parseArgs({
  options: {
    copies: { type: 'string', default: '1,10,100' },
    runs: { type: 'string', default: '9' },
    keep: { type: 'boolean', default: false },
  },
});

interface Program {
  readonly name: string;
  /** Program and arguments that write manifests below a folder. */
  readonly command: (outdir: string) => readonly string[];
}

interface Measurement {
  readonly milliseconds: number;
  /** Largest resident set; NaN where the system does not tell. */
  readonly mebibytes: number;
}

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const copies = options.copies.split(',').map(Number);
  const runs = Number(options.runs);
  if (![...copies, runs].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error('--copies and --runs take whole numbers from 1');
  }
  compileLibraryApp();
  const helm = findHelm();
  if (helm === undefined) console.error('helm is neither in PATH nor in .tools/bin: its column is left out');
  const rows: string[][] = [];
  for (const count of copies) rows.push(await row(count, runs, helm));
  const titles = ['copies', 'objects', 'library', 'bare L1 app', 'helm template', 'time : bare', 'memory : bare'];
  const header = [...titles, 'time : helm', 'memory : helm'].filter(
    (title) => helm !== undefined || !title.includes('helm'),
  );
  console.log([header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
} finally {
  if (options.keep) console.error(`the programs are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function row(copies: number, runs: number, helm: string | undefined): Promise<string[]> {
  const library: Program = {
    name: 'library',
    command: (outdir) => [
      process.execPath,
      join(folder, 'compiled', 'bench', 'library-app.js'),
      outdir,
      String(copies),
    ],
  };
  const reference = join(folder, `reference-${copies}`);
  await measure(library.command(reference));
  const expected = manifests(reference);

  const programs = [library, writeBareApp(copies, reference)];
  if (helm !== undefined) programs.push(writeHelmChart(copies, reference, helm));
  const outdir = (program: Program) => join(folder, `${program.name}-${copies}`);
  for (const program of programs) {
    await measure(program.command(outdir(program)));
    if (!isDeepStrictEqual(manifests(outdir(program)), expected)) {
      throw new Error(`${program.name} writes other manifests than the library`);
    }
  }

  const measured = programs.map((): Measurement[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, program] of programs.entries())
      measured[index]?.push(await measure(program.command(outdir(program))));
  }
  const [ours = [], ...others] = measured;
  return [
    String(copies),
    String(expected.length),
    ...measured.map((runs) => `${median(runs, ({ milliseconds }) => milliseconds).toFixed(0)} ms, ${mebibytes(runs)}`),
    ...others.flatMap((other) => [
      ratio(ours, other, ({ milliseconds }) => milliseconds),
      ratio(ours, other, ({ mebibytes }) => mebibytes),
    ]),
  ];
}

function compileLibraryApp(): void {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const compiled = join(folder, 'compiled');
  const args = [tsc, '--project', join(import.meta.dirname, 'tsconfig.json'), '--outDir', compiled];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the app does not compile');
  // What the package ships, in the place of its modules.
  bundleLibrary(join(compiled, 'lib'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

function writeBareApp(copies: number, reference: string): Program {
  const charts = readdirSync(reference).map((file) => ({
    id: file.replace('.k8s.yaml', ''),
    objects: documents(join(reference, file)),
  }));
  const module = join(folder, `bare-${copies}.js`);
  writeFileSync(module, bareApp(charts));
  const main = join(folder, `bare-app-${copies}.js`);
  writeFileSync(
    main,
    `const { App } = require('cdk8s');
const app = new App({ outdir: process.argv[2] });
require(${JSON.stringify(module)})(app);
app.synth();
`,
  );
  return { name: 'bare', command: (outdir) => [process.execPath, main, outdir] };
}

function writeHelmChart(copies: number, reference: string, helm: string): Program {
  const chart = join(folder, `chart-${copies}`);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
  for (const file of readdirSync(reference)) {
    const template = readFileSync(join(reference, file), 'utf8').replaceAll('{{', '{{ "{{" }}');
    writeFileSync(join(chart, 'templates', file), template);
  }
  return { name: 'helm', command: (outdir) => [helm, 'template', 'bench', chart, '--output-dir', outdir] };
}

/** That of the PATH first: the one that CI compiles, without inlining, takes 1.4 times as long as a released one. */
function findHelm(): string | undefined {
  const candidates = ['helm', join(root, '.tools', 'bin', 'helm')];
  return candidates.find((helm) => spawnSync(helm, ['version']).status === 0);
}

/** Runs a program from its start to its end. */
function measure([program = '', ...args]: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    let mebibytes = Number.NaN;
    const start = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const poll = setInterval(() => {
      mebibytes = peakMemory(child.pid) ?? mebibytes;
    }, 5);
    child.on('error', reject);
    child.on('exit', (code) => {
      const milliseconds = performance.now() - start;
      clearInterval(poll);
      if (code === 0) resolve({ milliseconds, mebibytes });
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${code}`));
    });
  });
}

/** The kernel keeps the largest resident set of a process; undefined outside Linux, and for one that has ended. */
function peakMemory(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Every manifest below a folder, in an order of their own. */
function manifests(outdir: string): unknown[] {
  const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const key = ({ kind, metadata }: ReturnType<typeof documents>[number]) =>
    `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
  return files.flatMap((file) => documents(join(outdir, file))).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
function documents(file: string): Record<string, any>[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' })
    .map((document) => document.toJS())
    .filter((document) => document !== null)
    .map(asL1);
}

function median(measurements: readonly Measurement[], of: (measurement: Measurement) => number): number {
  return middle(measurements.map(of));
}

function mebibytes(measurements: readonly Measurement[]): string {
  const peak = median(measurements, ({ mebibytes }) => mebibytes);
  return Number.isNaN(peak) ? '–' : `${peak.toFixed(0)} MiB`;
}

/** Median of the ratios of runs that were next to each other. */
function ratio(
  ours: readonly Measurement[],
  theirs: readonly Measurement[],
  of: (measurement: Measurement) => number,
): string {
  const value = middle(ours.map((one, index) => of(one) / of(theirs[index] ?? one)));
  return Number.isNaN(value) ? '–' : value.toFixed(2);
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return (low + high) / 2;
}
