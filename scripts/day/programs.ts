import { execa } from 'execa';
import type { Command } from '../../lib/platform';
import type { Show } from './steps';

/** What a person is told: it says what to do, so that no stack trace is needed. */
export class Stop extends Error {}

/** What is known of the causes of failures, by what programs print. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|ENOSPC/i, 'The disk is full: free space on it (`docker system df` says what images take).'],
  [/cannot connect to the docker daemon/i, 'Start the container engine (Docker Desktop, colima start, …).'],
  [
    /connection refused|unable to connect to the server/i,
    'The cluster does not answer: does its container engine run?',
  ],
  [/port is already allocated|address already in use/i, 'Another program has a port of deploy/kind.yaml.'],
  [/i\/o timeout|no such host|TLS handshake/i, 'A registry or a chart repository was not reached: check the network.'],
];
const KNOWN_CAUSES = 'docs/how-to/troubleshooting.md has known causes.';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly show?: Show;
  readonly cwd?: string;
  /** It prints to this terminal, and the result has none of it. */
  readonly prints?: boolean;
}

/** Runs a program, whatever comes of it. It ends with this process. */
export async function attempt([program, ...args]: Command, { env, input, show, cwd, prints }: RunOptions = {}) {
  const shown = prints ? ({ stdout: 'inherit', stderr: 'inherit' } as const) : {};
  const given = input === undefined ? ({ stdin: 'ignore' } as const) : { input };
  const child = execa(program, args, { cwd, env, reject: false, ...given, ...shown });
  for (const stream of show === undefined ? [] : [child.stdout, child.stderr]) {
    stream?.on('data', (text) => show?.(String(text).trim().split('\n').at(-1) ?? ''));
  }
  const { exitCode, stdout, stderr, code } = await child;
  return {
    code: exitCode,
    stdout: stdout ?? '',
    stderr: stderr ?? '',
    isMissing: code === 'ENOENT' && exitCode === undefined,
  };
}

/**
 * Runs a program.
 * @returns what it printed on standard output
 * @throws Stop with the command, its last lines and what to do, where it fails
 */
export async function run(command: Command, options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr, isMissing } = await attempt(command, options);
  if (code === 0) return stdout;
  if (isMissing) return requirePrograms(command[0]).then(() => '');
  const printed = `${stdout}\n${stderr}`.trim();
  const last = printed.split('\n').slice(-15);
  const failed = `  failed${code === undefined ? '' : ` with ${code}`}. Its last lines:`;
  throw new Stop(
    [command.join(' '), failed, ...last.map((line) => `  | ${line}`), advice(printed) ?? KNOWN_CAUSES].join('\n'),
  );
}

/** What to do about something that was printed, where it is known. */
export function advice(text: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether a program is on the search path. */
export async function isThere(program: string): Promise<boolean> {
  return (await attempt(['sh', '-c', 'command -v "$0"', program])).code === 0;
}

/** @throws Stop for one that is not on the search path */
export async function requirePrograms(...programs: readonly string[]): Promise<void> {
  for (const program of programs) {
    if (await isThere(program)) continue;
    throw new Stop(`${program} is not on the search path: \`npm run setup\` says how to get it.`);
  }
}

/** Waits until nothing is missing any more. @returns what still is when the time is over */
export async function until<T>(
  missing: () => Promise<readonly T[]>,
  seconds: number,
  show: (left: readonly T[]) => void = () => {},
): Promise<readonly T[]> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = await missing();
    if (left.length === 0 || Date.now() > deadline) return left;
    show(left);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
