import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { httpConnection } from '../../../lib/kube/network/connections';
import type { ModelServer } from '../../../lib/stacks/model-platform/model-server';
import { modelServerJson } from '../../../lib/stacks/model-platform/operator/server-config';
import { until } from '../control-plane/settle';
import { freePort } from '../free-port';

/** What the pods of models run, as tests have it. */
export const SERVER: ModelServer = {
  image: 'example.org/inference-server:1',
  registry: httpConnection('127.0.0.1', 1),
};

/** The operator as one file, and the settings that its processes read. */
export class OperatorBundle {
  private readonly folder = mkdtempSync(join(tmpdir(), 'operator-'));
  readonly program = join(this.folder, 'operator.cjs');
  readonly serverFile = join(this.folder, 'server.json');
  private readonly processes: OperatorProcess[] = [];

  constructor(public server: ModelServer = SERVER) {
    this.setServer(server);
    const entryPoints = [join(import.meta.dirname, '..', '..', '..', 'operator', 'src', 'main.ts')];
    buildSync({ entryPoints, outfile: this.program, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  }

  setServer(server: ModelServer): void {
    this.server = server;
    writeFileSync(this.serverFile, modelServerJson(server));
  }

  /** Starts a process, and waits until it is ready. */
  async start(kubeconfig: string, env: Readonly<Record<string, string>>, ready = true): Promise<OperatorProcess> {
    const started = new OperatorProcess(this.program, await freePort(), {
      KUBECONFIG: kubeconfig,
      MODEL_SERVER_CONFIG: this.serverFile,
      POD_NAME: `operator-${this.processes.length}`,
      ...env,
    });
    this.processes.push(started);
    if (ready && !(await until(() => started.isReady()))) throw new Error(`is not ready:\n${started.log}`);
    return started;
  }

  async remove(): Promise<void> {
    for (const started of this.processes) await started.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A process of the operator. */
export class OperatorProcess {
  /** All that it has written. */
  log = '';
  private readonly child: ChildProcess;

  constructor(
    program: string,
    private readonly port: number,
    env: Readonly<Record<string, string>>,
  ) {
    this.child = spawn(process.execPath, [program], { env: { PORT: `${port}`, ...env }, stdio: 'pipe' });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.log += text;
      });
    }
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Sends a signal, and waits for the end. @returns the exit code; null where the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await exit;
    }
    return child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async isReady(): Promise<boolean> {
    return (await this.get('/readyz')).status === 200;
  }

  async leads(): Promise<boolean> {
    return (await this.metric('leader_election_master_status')) === 1;
  }

  /** The sum of the series of a metric. */
  async metric(name: string): Promise<number> {
    const { text } = await this.get('/metrics');
    const values = text.split('\n').filter((line) => line.split(/[ {]/)[0] === name);
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }
}
