import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

/** Ends the program and what it has started with the test, however that ends: the standard input is closed then. */
const WATCHDOG = `exec 3<&0; setsid "$@" & server=$!
{ read -r line; kill -TERM -$server; } <&3 &
wait $server; kill $!`;

/** A server that a test starts. */
export class ServerProcess {
  /** All that it has printed. */
  log = '';
  private readonly process: ChildProcess;
  private readonly exit: Promise<void>;

  /** @param prefix - starts a program where the server is: nothing, or the command of another root */
  constructor(prefix: readonly string[], command: readonly string[], env: Readonly<Record<string, string>>) {
    const [program = '', ...args] = [...prefix, 'sh', '-c', WATCHDOG, 'watchdog', ...command];
    this.process = spawn(program, args, { env: { PATH: process.env.PATH, ...env } });
    const keep = (data: Buffer) => {
      this.log += data;
    };
    this.process.stdout?.on('data', keep);
    this.process.stderr?.on('data', keep);
    this.exit = new Promise((resolve) => this.process.once('close', resolve));
  }

  /** Waits until a URL is answered, by whatever status. */
  async answers(url: string): Promise<void> {
    while (true) {
      if (this.process.exitCode !== null) throw new Error(`${url} is not answered: ${this.log}`);
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      if (response !== undefined) return;
      await setTimeout(200);
    }
  }

  async stop(): Promise<void> {
    this.process.stdin?.end();
    await this.exit;
  }
}
