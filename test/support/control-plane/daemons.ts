import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs a program, and ends it when whoever started it is gone, in whatever way: then the pipe of its input ends. The
 * first argument is a folder, which is deleted as well.
 */
const GUARDED = `
folder=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
{
  read -r _ <&3
  trap '' TERM
  kill -KILL "$child"
  rm -rf "$folder"
} 2>/dev/null &
guard=$!
trap 'kill -TERM "$child"' TERM
wait "$child"
wait "$child"
kill -TERM "$guard"
`;

/** Programs that run in the background, in a folder of their own that is deleted with them. */
export class Daemons {
  readonly folder: string;
  private readonly daemons: Daemon[] = [];

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `${name}-`));
    mkdirSync(this.logs);
  }

  start(name: string, program: string, args: readonly string[]): Daemon {
    const daemon = new Daemon(name, [this.folder, program, ...args], join(this.logs, `${name}.log`));
    this.daemons.push(daemon);
    return daemon;
  }

  /** Stops everything, the last that was started first, and deletes all files. */
  async stop(): Promise<void> {
    for (const daemon of [...this.daemons].reverse()) await daemon.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Copies the logs to where they stay. */
  keepLogs(target: string): void {
    cpSync(this.logs, target, { recursive: true });
  }

  private get logs(): string {
    return join(this.folder, 'logs');
  }
}

/** A program that runs in the background, with its output in a file. */
export class Daemon {
  private child: ChildProcess;

  constructor(
    private readonly name: string,
    private readonly command: readonly string[],
    private readonly logFile: string,
  ) {
    this.child = this.spawn();
  }

  /**
   * Waits until the program does what it is there for.
   * @throws Error with the end of its output, where it ends or takes too long
   */
  async ready(check: () => Promise<boolean> | boolean, seconds = 300): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await check())) {
      if (this.ended || Date.now() > deadline) {
        const log = readFileSync(this.logFile, 'utf8').slice(-4000);
        throw new Error(`${this.name} ${this.ended ? 'has ended' : 'is not ready'}:\n${log}`);
      }
      await sleep(50);
    }
  }

  /** Ends the program, however long that takes, and starts it again; its files stay. */
  async restart(): Promise<void> {
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await exit;
    this.child = this.spawn();
  }

  /** Stops the program: politely, and after some seconds by force. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.stdin?.end(), 5000);
    await exit;
    clearTimeout(force);
  }

  private spawn(): ChildProcess {
    const log = openSync(this.logFile, 'a');
    // A group of its own: Ctrl-C is for this process alone.
    const child = spawn('sh', ['-c', GUARDED, 'sh', ...this.command], { stdio: ['pipe', log, log], detached: true });
    closeSync(log);
    return child;
  }

  private get ended(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
