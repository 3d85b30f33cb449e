import { execa, type Options } from 'execa';
import { Listr } from 'listr2';
import type { Command } from '../../lib/platform';

/** What a person is told: it says what to do, so that no stack trace is needed. */
export class Stop extends Error {}

export function stop(...lines: readonly string[]): never {
  throw new Stop(lines.join('\n'));
}

export type Show = (line: string) => void;

/** What is known of the causes of failures, by what programs print. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|ENOSPC/i, 'The disk is full: free space on it (`docker system df` says what images take).'],
  [/cannot connect to the docker daemon/i, 'Start the container engine (Docker Desktop, colima start, …).'],
  [/connection refused|unable to connect to the server/i, 'The cluster does not answer: is its container engine up?'],
  [/port is already allocated|address already in use/i, 'Another program has a port of deploy/kind.yaml.'],
  [/i\/o timeout|no such host|TLS handshake/i, 'A registry or a chart repository was not reached: check the network.'],
];

/** `prints`: it prints to this terminal, and the result has none of it. */
type RunOptions = Pick<Options, 'env' | 'input' | 'cwd'> & { readonly show?: Show; readonly prints?: boolean };

/** Runs a program, whatever comes of it. It ends with this process. */
export async function attempt([program, ...args]: Command, { show, prints, ...options }: RunOptions = {}) {
  const stdin = options.input === undefined ? 'ignore' : 'pipe';
  const output = prints ? 'inherit' : 'pipe';
  const settings = { ...options, stdin, stdout: output, stderr: output, reject: false, all: true } as const;
  const child = execa(program, args, settings);
  if (show) child.all?.on('data', (text) => show(String(text).trim().split('\n').at(-1) ?? ''));
  const { exitCode, stdout = '', stderr = '', all = '', code } = await child;
  return { code: exitCode, stdout, stderr, all, isMissing: code === 'ENOENT' && exitCode === undefined };
}

/** Runs a program. @returns its standard output @throws Stop with the command, its last lines and what to do */
export async function run(command: Command, options: RunOptions = {}): Promise<string> {
  const { code, stdout, all, isMissing } = await attempt(command, options);
  if (code === 0) return stdout;
  if (isMissing) stop(missing(command[0]));
  const last = all.trim().split('\n').slice(-15);
  const failed = `  failed${code === undefined ? '' : ` with ${code}`}.${options.prints ? '' : ' Its last lines:'}`;
  const todo = advice(all) ?? 'docs/how-to/troubleshooting.md has known causes.';
  stop(command.join(' '), failed, ...(options.prints ? [] : last.map((line) => `  | ${line}`)), todo);
}

/** What to do about something that was printed, where it is known. */
export const advice = (text: string) => ADVICE.find(([pattern]) => pattern.test(text))?.[1];

export const pathOf = async (program: string) =>
  (await attempt(['sh', '-c', 'command -v "$0"', program])).stdout || undefined;

/** @throws Stop for one that is not on the search path */
export async function requirePrograms(...programs: readonly string[]): Promise<void> {
  for (const program of programs) (await pathOf(program)) ?? stop(missing(program));
}
const missing = (program: string) =>
  `${program} is not on the search path. \`npm run setup\` says how to get the programs of the platform.`;

export const linesOf = (text: string): readonly string[] => text.split('\n').flatMap((line) => line.trim() || []);

/** Waits until nothing is missing any more. @returns what still is when the time is over */
export async function until<T>(missing: () => Promise<T[]>, seconds: number, show?: (left: T[]) => void): Promise<T[]> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = await missing();
    if (left.length === 0 || Date.now() > deadline) return left;
    show?.(left);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** What a step does. @returns what came of it, in a few words */
export type Work = (show: Show) => Promise<string>;

/** Takes steps one after the other: as a list that fills up on a terminal, as lines elsewhere. */
export async function take(steps: Readonly<Record<string, Work>>): Promise<void> {
  const tasks = Object.entries(steps).map(([title, work]) => ({
    title,
    task: async (_: unknown, task: { title?: string; output?: string }) => {
      const result = await work((line) => {
        // Where it is a log, nothing is said twice.
        if (line !== '' && line !== task.output) task.output = line;
      });
      task.title = `${title}: ${result}`;
    },
  }));
  await new Listr(tasks, {
    registerSignalListeners: false,
    fallbackRenderer: 'verbose',
    fallbackRendererCondition: () => process.stdout.isTTY !== true || process.env.CI !== undefined,
  }).run();
}
