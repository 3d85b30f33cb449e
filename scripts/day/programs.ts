import { execa } from 'execa';
import type { Command } from '../../lib/platform';

/** What a person is told: it says what to do, so that no stack trace is needed. */
export class Stop extends Error {}

/** What is known of the causes of failures, by what programs print. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device|ENOSPC/i,
    'The disk is full: free space on it (`docker system df` shows what images take).',
  ],
  [
    /cannot connect to the docker daemon/i,
    'Start the container engine (Docker Desktop, colima start, systemctl start docker).',
  ],
  [
    /connection refused|unable to connect to the server/i,
    'The cluster does not answer: is its container engine running?',
  ],
  [/port is already allocated|address already in use/i, 'Another program has the port: `npm run up` names it.'],
  [
    /i\/o timeout|no such host|TLS handshake|failed to (do request|fetch)/i,
    'A registry or chart repository was not reached: check the network.',
  ],
];
const KNOWN_CAUSES = 'docs/how-to/troubleshooting.md has known causes.';
const LAST_LINES = 15;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called with each last line that it prints. */
  readonly show?: (line: string) => void;
  /** What to do where it fails, if nothing of what it prints is known. */
  readonly advice?: string;
}

export interface Result {
  /** `undefined` where it could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly isMissing: boolean;
}

/** Runs a program, whatever comes of it. It ends with this process. */
export async function attempt(command: Command, options: RunOptions = {}): Promise<Result> {
  const [program, ...args] = command;
  const { cwd, env, input, show } = options;
  const child = execa(program, args, {
    cwd,
    env,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  for (const stream of show === undefined ? [] : [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      const line = String(text).trim().split('\n').at(-1);
      if (line) show?.(line);
    });
  }
  const { exitCode, stdout, stderr, code } = await child;
  return { code: exitCode, stdout, stderr, isMissing: code === 'ENOENT' && exitCode === undefined };
}

/**
 * Runs a program.
 * @returns what it printed on standard output
 * @throws Stop with the command, its last lines and what to do, where it fails
 */
export async function run(command: Command, options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr, isMissing } = await attempt(command, options);
  if (code === 0) return stdout;
  if (isMissing) throw new Stop(`${command[0]} is not on the search path: \`npm run setup\` says how to get it.`);
  const printed = `${stdout}\n${stderr}`.trim();
  throw new Stop(
    [
      `${command.join(' ')}`,
      `  failed${code === undefined ? '' : ` with ${code}`}. Its last lines:`,
      ...printed
        .split('\n')
        .slice(-LAST_LINES)
        .map((line) => `  | ${line}`),
      adviceFor(printed) ?? options.advice ?? KNOWN_CAUSES,
    ].join('\n'),
  );
}

/** What to do about something that was printed, where it is known. */
export function adviceFor(text: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether a program is on the search path. */
export async function isThere(program: string): Promise<boolean> {
  return (await attempt(['sh', '-c', 'command -v "$0"', program])).code === 0;
}

/** Waits until nothing is missing any more. @returns what still is, when the time is over */
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
