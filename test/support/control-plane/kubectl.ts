import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

/** What kubectl printed, and its exit code. */
export interface KubectlRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kubectl that talks to one cluster. */
export class Kubectl {
  constructor(
    private readonly program: string,
    private readonly kubeconfig: string,
  ) {}

  /** Runs it, whatever comes of it. `input` is what `-f -` reads. */
  try(args: readonly string[], input = ''): Promise<KubectlRun> {
    return this.start(this.program, args, { input });
  }

  /** Runs a shell script that calls it, whatever comes of it. */
  script(text: string, cwd: string): Promise<KubectlRun> {
    return this.start('/bin/sh', ['-euc', text], { cwd });
  }

  private start(program: string, args: readonly string[], { input = '', cwd = '.' }): Promise<KubectlRun> {
    return new Promise((resolve, reject) => {
      // Nothing that a user has set up for kubectl, such as another program for `diff`.
      // It parses the API's schema anew for each object, and would collect garbage most of the time.
      const path = `${dirname(this.program)}:${process.env.PATH}`;
      const env = { PATH: path, HOME: process.env.HOME, KUBECONFIG: this.kubeconfig, GOGC: '400' };
      const child = spawn(program, args, { env, cwd });
      const output = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output.stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text) => {
        output.stderr += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...output }));
      child.stdin.once('error', () => {});
      child.stdin.end(input);
    });
  }

  /** @throws Error with what it printed, where it fails */
  async run(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.try(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}
