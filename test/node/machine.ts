import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from '../support/control-plane/settle';

/** Cgroup of everything that a node runs. */
const CGROUP = 'ml-platform-test-node';

/** Where `.ci/install-node` installs; images, which nodes read in place, and machines are on the same file system. */
export const TOOLS = resolve('.tools/node');

/** Waits for a state. @throws Error that says what did not come */
export async function waitFor(what: string, condition: () => Promise<boolean> | boolean, seconds = 300): Promise<void> {
  if (!(await until(condition, seconds))) throw new Error(`${what}: not within ${seconds} s`);
}

/** Says how long something has taken. */
export function report(what: string, start: number): void {
  console.log(`${what} after ${Math.round((Date.now() - start) / 1000)} s`);
}

/** A machine in namespaces, which goes with the process that started it: see machine.sh. */
export class Machine {
  /** Where everything is that it writes. */
  readonly folder = join(TOOLS, 'run');
  private readonly child: ChildProcess;
  private pid = '';
  private said = '';

  private constructor() {
    const command = [join(import.meta.dirname, 'machine.sh'), this.folder, CGROUP];
    // A group of its own: Ctrl-C is for this process alone.
    this.child = spawn('bash', command, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.pid += text.trim();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.said += text;
    });
  }

  static async start(): Promise<Machine> {
    const machine = new Machine();
    // A worker of vitest outlives a runner that is killed, and would keep the machine.
    process.once('disconnect', () => process.exit(1));
    try {
      await waitFor('the machine', () => machine.ended || machine.pid !== '');
      if (machine.ended) throw new Error(machine.said);
      mkdirSync(machine.logs);
      return machine;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  /** Adds a node: an own network, own folders, `processors` of them, and the images of a store. */
  async addNode(name: string, index: number, processors: number, store: string): Promise<Node> {
    const node = new Node(this, name, index);
    mkdirSync(node.folder);
    const script = join(import.meta.dirname, 'node.sh');
    const args = [node.folder, node.cgroup, node.address, node.podRange, String(processors), store];
    const unshare = ['unshare', '--mount', '--propagation', 'private', '--net', '--uts', 'bash', script, ...args];
    const program = new Program(this, `${name}.node`, this.enter, unshare);
    await program.until(() => existsSync(join(node.folder, 'node.pid')));
    return node;
  }

  /** Starts a command in the machine with this. */
  get enter(): readonly string[] {
    return ['nsenter', '--target', this.pid, '--pid', '--mount', '--'];
  }

  get logs(): string {
    return join(this.folder, 'logs');
  }

  get cgroup(): string {
    return CGROUP;
  }

  /** Copies the logs to where they stay: of programs, and of pods, which each node has in a folder of its own. */
  keepLogs(target: string): void {
    rmSync(target, { recursive: true, force: true });
    cpSync(this.logs, target, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      const pods = join(this.folder, name, 'log', 'pods');
      if (existsSync(pods)) cpSync(pods, join(target, name), { recursive: true });
    }
  }

  /** Ends it, with all that it has. @throws Error where something stays */
  async stop(): Promise<void> {
    if (!this.ended) {
      const exit = new Promise((done) => this.child.once('exit', done));
      this.child.stdin?.end();
      await exit;
    }
    if (this.child.exitCode !== 0) throw new Error(`the machine did not end well: ${this.said}`);
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** A node: mount and network namespaces within a machine. */
export class Node {
  constructor(
    private readonly machine: Machine,
    readonly name: string,
    private readonly index: number,
  ) {}

  get address(): string {
    return `10.89.0.${11 + this.index}`;
  }

  /** Range of the addresses of its pods. */
  get podRange(): string {
    return `10.244.${this.index}.0/24`;
  }

  get folder(): string {
    return join(this.machine.folder, this.name);
  }

  get cgroup(): string {
    return `${this.machine.cgroup}/${this.name}`;
  }

  /** Starts a command in the node's network with this, and with its folders unless told otherwise. */
  enter({ folders = true } = {}): readonly string[] {
    const pid = readFileSync(join(this.folder, 'node.pid'), 'utf8').trim();
    return [...this.machine.enter, 'nsenter', '--target', pid, '--net', ...(folders ? ['--mount', '--uts'] : []), '--'];
  }

  /** Starts a program that runs on. */
  start(name: string, command: readonly string[]): Program {
    return new Program(this.machine, `${this.name}.${name}`, this.enter(), command);
  }

  /** Runs a command. @throws Error with what it printed, where it fails */
  run(command: readonly string[], input?: Input): Promise<string> {
    return run([...this.enter(), ...command], input);
  }

  /** Asks a server of the cluster. The node knows the way to a pod a moment after the pod is ready. */
  ask(url: string, options: readonly string[] = [], input?: Input): Promise<string> {
    const curl = 'curl --silent --show-error --fail --retry 5 --retry-max-time 5 --retry-connrefused'.split(' ');
    return this.run([...curl, ...options, url], input);
  }
}

/** What a command reads. It has its end when the promise is fulfilled. */
type Input = string | Promise<string>;

/** Runs a command. @throws Error with what it printed, where it fails */
export function run([program = '', ...args]: readonly string[], input: Input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${[program, ...args].join(' ')}: ${code}: ${stderr}${stdout}`));
    });
    child.stdin.once('error', () => {});
    Promise.resolve(input).then(
      (text) => child.stdin.end(text),
      (error) => {
        child.stdin.end();
        reject(error);
      },
    );
  });
}

/** A program of a machine. It needs no care: it ends with the machine. */
export class Program {
  private readonly log: string;
  private readonly pidFile: string;
  private child: ChildProcess;

  constructor(
    private readonly machine: Machine,
    private readonly name: string,
    private readonly enter: readonly string[],
    private readonly command: readonly string[],
  ) {
    this.log = join(machine.logs, `${name}.log`);
    this.pidFile = join(machine.folder, `${name}.pid`);
    this.child = this.spawn();
  }

  /** Waits until the program does what it is there for. @throws Error with the end of its output */
  async until(check: () => Promise<boolean> | boolean): Promise<void> {
    const checkWhileItRuns = () => {
      if (this.child.exitCode !== null) throw new Error(`${this.name} has ended`);
      return check();
    };
    try {
      await waitFor(this.name, checkWhileItRuns);
    } catch (error) {
      throw new Error(`${error}:\n${readFileSync(this.log, 'utf8').slice(-4000)}`);
    }
  }

  /** Ends it alone, by a signal. */
  async stop(signal = 'TERM'): Promise<void> {
    const exit = new Promise((done) => this.child.once('exit', done));
    await run([...this.machine.enter, 'kill', `-${signal}`, readFileSync(this.pidFile, 'utf8').trim()]);
    await exit;
  }

  /** Starts it anew, once it was stopped. */
  restart(): void {
    this.child = this.spawn();
  }

  private spawn(): ChildProcess {
    const log = openSync(this.log, 'a');
    // The shell writes down its process id within the machine, and becomes the program.
    const shell = ['sh', '-c', 'echo $$ >"$0"; exec "$@"', this.pidFile, ...this.command];
    const [nsenter = '', ...args] = [...this.enter, ...shell];
    writeFileSync(this.pidFile, '');
    const child = spawn(nsenter, args, { stdio: ['ignore', log, log], detached: true });
    child.unref();
    closeSync(log);
    return child;
  }
}
