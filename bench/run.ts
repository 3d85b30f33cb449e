import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { cost, duration, inTurns, measure, memory, printTable, ratio, time } from './measure';
import { compileLibraryApp, findHelm, manifests, type Program, writeBareApp, writeHelmChart } from './programs';

/**
 * Whole processes, compiled JavaScript on both sides, one after the other in turns: the fAIr stack, and charts of one
 * service each, with this library, as a bare cdk8s app of the same L1 objects and as a helm chart of the same YAML;
 * `npm run synth` against main.ts alone; and how long each door of the package takes to load.
 *
 *   npm run bench -- [--copies 1,10,100] [--charts 10,100,250,1000] [--runs 9] [--keep]
 */
const { values: options } = parseArgs({
  options: {
    copies: { type: 'string', default: '1,10,100' },
    charts: { type: 'string', default: '10,100,250,1000' },
    runs: { type: 'string', default: '9' },
    keep: { type: 'boolean', default: false },
  },
});

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const [copies, charts, [runs = 0]] = [options.copies, options.charts, options.runs].map((list) =>
    list.split(',').map(Number),
  ) as [number[], number[], number[]];
  if (![...copies, ...charts, runs].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error('--copies, --charts and --runs take whole numbers from 1');
  }
  const compiled = compileLibraryApp(folder);
  const helm = findHelm();
  if (helm === undefined) console.error('helm is neither in PATH nor in .tools/bin: its columns are left out');
  await compare(compiled, 'fair', 'The fAIr stack', 'copies', copies, runs, helm);
  await compare(compiled, 'services', 'Charts of one service each', 'charts', charts, runs);
  await compareSynth(runs);
  await loadDoors(compiled, runs);
} finally {
  if (options.keep) console.error(`the programs are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

/** A table of what the library takes for an app in several sizes, and others for the same manifests. */
async function compare(
  compiled: string,
  app: string,
  title: string,
  unit: string,
  sizes: readonly number[],
  runs: number,
  helm?: string,
): Promise<void> {
  const others = ['bare', ...(helm === undefined ? [] : ['helm'])];
  const ratios = others.flatMap((other) => [`time : ${other}`, `memory : ${other}`]);
  const rows: string[][] = [];
  for (const size of sizes) {
    const id = `${app}-${size}`;
    const library: Program = {
      name: 'library',
      command: (outdir) => [process.execPath, join(compiled, 'bench', 'library-app.js'), outdir, app, String(size)],
    };
    const reference = join(folder, `reference-${id}`);
    await measure({ args: library.command(reference) });
    const expected = manifests(reference);
    const programs = [library, writeBareApp(folder, id, reference)];
    if (helm !== undefined) programs.push(writeHelmChart(folder, id, reference, helm));
    const commands = programs.map(({ name, command }) => {
      const outdir = join(folder, `${name}-${id}`);
      return { name, outdir, args: command(outdir) };
    });
    for (const { name, outdir, args } of commands) {
      await measure({ args });
      if (!isDeepStrictEqual(manifests(outdir), expected)) throw new Error(`${name} writes other manifests`);
    }
    const [ours = [], ...theirs] = await inTurns(commands, runs);
    rows.push([
      String(size),
      String(expected.length),
      ...[ours, ...theirs].map(cost),
      ...theirs.flatMap((other) => [ratio(ours, other, time), ratio(ours, other, memory)]),
    ]);
  }
  printTable(title, [unit, 'objects', 'library', ...others, ...ratios], rows);
}

/** `npm run synth`, with types that have been checked before and without, against main.ts alone. */
async function compareSynth(runs: number): Promise<void> {
  const output = join(folder, 'synth');
  const npm = (...args: string[]) => ['npm', 'run', '--silent', 'synth', '--', '--output', output, ...args];
  const commands = [
    { args: [process.execPath, '--import', 'tsx', 'main.ts'], cwd: root, env: { CDK8S_OUTDIR: join(output, 'dist') } },
    { args: npm('--no-types'), cwd: root },
    { args: npm(), cwd: root },
  ];
  for (const command of commands) await measure(command);
  const [main = [], ...synths] = await inTurns(commands, runs);
  const rows = ['npm run synth -- --no-types', 'npm run synth'].map((name, index) => {
    const measured = synths[index] ?? [];
    return [name, duration(measured), ratio(measured, main)];
  });
  printTable('npm run synth', ['', 'time', 'time : main.ts'], [['main.ts', duration(main), ''], ...rows]);
}

/** How long a process takes to load a door of the package, against its peers alone. */
async function loadDoors(compiled: string, runs: number): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const doors = Object.entries<string | { default: string }>(exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [{ door, file: target.default.replace(/^\.\/build/, compiled) }],
  );
  const peers = "require('cdk8s'); require('cdk8s-plus-28');";
  const sources = [peers, ...doors.map(({ file }) => `${peers} require(${JSON.stringify(file)});`)];
  const commands = sources.map((source) => ({ args: [process.execPath, '--eval', source], cwd: folder }));
  for (const command of commands) await measure(command);
  const [alone = [], ...loads] = await inTurns(commands, runs);
  const rows = doors.map(({ door }, index) => [door, duration(loads[index] ?? []), ratio(loads[index] ?? [], alone)]);
  printTable('Doors', ['', 'time', 'time : peers'], [['peers alone', duration(alone), ''], ...rows]);
}
