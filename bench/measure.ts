import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Program and arguments, and where it runs. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Measurement {
  readonly milliseconds: number;
  /** Largest resident set; NaN where the system does not tell. */
  readonly mebibytes: number;
}

/** Runs a program from its start to its end. */
export function measure({ args: [program = '', ...args], cwd, env }: Command): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    let mebibytes = Number.NaN;
    const start = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd, env: { ...process.env, ...env } });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const poll = setInterval(() => {
      mebibytes = peakMemory(child.pid) ?? mebibytes;
    }, 5);
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - start;
      clearInterval(poll);
      if (code === 0) resolve({ milliseconds, mebibytes });
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${code}\n${said}`));
    });
  });
}

/** Measures programs in turns, so that whatever else the machine does meets all of them; the runs of each. */
export async function inTurns(commands: readonly Command[], runs: number): Promise<Measurement[][]> {
  const measured = commands.map((): Measurement[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, command] of commands.entries()) measured[index]?.push(await measure(command));
  }
  return measured;
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

export const time = ({ milliseconds }: Measurement) => milliseconds;
export const memory = ({ mebibytes }: Measurement) => mebibytes;

/** Median time. */
export function duration(runs: readonly Measurement[]): string {
  return `${median(runs.map(time)).toFixed(0)} ms`;
}

/** Median time and memory. */
export function cost(runs: readonly Measurement[]): string {
  const peak = median(runs.map(memory));
  return `${duration(runs)}, ${Number.isNaN(peak) ? '–' : `${peak.toFixed(0)} MiB`}`;
}

/** Median of the ratios of runs that were next to each other. */
export function ratio(ours: readonly Measurement[], theirs: readonly Measurement[], of = time): string {
  const value = median(ours.map((one, index) => of(one) / of(theirs[index] ?? one)));
  return Number.isNaN(value) ? '–' : value.toFixed(2);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return (low + high) / 2;
}

/** Prints a table in Markdown. */
export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  console.log(`\n${title}\n\n${lines.join('\n')}`);
}
