import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port';

/** What a program printed, and its exit code. */
export interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Where HAProxy is, and how it is started: as the user of the image, who has no capabilities. */
interface Installation {
  /** Root of the file system that it sees. */
  readonly root: string;
  readonly prefix: readonly string[];
}

const PROGRAM = '/usr/sbin/haproxy';
const USER = 99;
const CONFIG = '/etc/haproxy';

/** Passes a signal on; ends HAProxy with the test, however the test ends: its standard input is closed then. */
const WATCHDOG = '"$@" & read -r signal || signal=TERM; kill "-$signal" $!; wait $!';

/**
 * An HAProxy 3.2: that of the Debian root TRIXIE_ROOT, of the one that CI installs, or this machine's own.
 * @returns the reason where there is none
 */
export function findHaproxy(): Installation | string {
  const root = resolve(process.env.TRIXIE_ROOT || (existsSync('.tools/trixie') ? '.tools/trixie' : '/'));
  const path = join(root, PROGRAM);
  if (!lstatSync(path, { throwIfNoEntry: false })) return `no HAProxy: ${path} is missing (TRIXIE_ROOT names a root)`;
  const isRoot = process.getuid?.() === 0;
  if (root === '/' && !isRoot) return { root, prefix: [] };
  if (!isRoot) return `only root can run the HAProxy of ${root}`;
  return { root, prefix: ['chroot', `--userspec=${USER}:${USER}`, root] };
}

/** Ports of a configuration, by the name of its frontend. */
export type Ports = Readonly<Record<string, number>>;

/** An HAProxy with a configuration, on ports of its own, that asks a name server of the test. */
export class HaproxyProcess {
  /** All that it has printed. */
  log = '';
  private process?: ChildProcess;
  private exit?: Promise<number | null>;

  private constructor(
    private readonly installation: Installation,
    private readonly folder: string,
    private readonly command: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
    readonly ports: Ports,
  ) {}

  /**
   * Prepares an HAProxy, not started. Ports and name server are those of the test; nothing else is changed.
   * @param command - the command of its container
   * @param env - the variables of its container
   */
  static async create(
    installation: Installation,
    command: readonly string[],
    config: string,
    env: Readonly<Record<string, string>>,
    nameServer: number,
  ): Promise<HaproxyProcess> {
    const temporary = installation.root === '/' ? tmpdir() : join(installation.root, 'tmp');
    const folder = mkdtempSync(join(temporary, 'haproxy-'));
    chmodSync(folder, 0o755);
    const ports: Record<string, number> = {};
    let adapted = config.replace('parse-resolv-conf', `nameserver test 127.0.0.1:${nameServer}`);
    for (const [found, name = ''] of config.matchAll(/^frontend (\S+)\n {2}bind \*:\d+,:::\d+ v6only$/gm)) {
      ports[name] = await freePort();
      adapted = adapted.replace(found, `frontend ${name}\n  bind *:${ports[name]},:::${ports[name]} v6only`);
    }
    writeFileSync(join(folder, 'haproxy.cfg'), adapted);
    const inside = installation.root === '/' ? folder : folder.slice(installation.root.length);
    const moved = command.map((argument) => argument.replace(CONFIG, inside));
    return new HaproxyProcess(installation, folder, moved, env, ports);
  }

  /** `haproxy -c`: whether it would start. */
  async check(): Promise<Run> {
    const child = this.spawn([...this.command, '-c']);
    const code = await ended(child);
    return { code, output: this.log };
  }

  start(): void {
    this.process = this.spawn(['/bin/sh', '-c', WATCHDOG, 'watchdog', ...this.command]);
    this.exit = ended(this.process);
  }

  /** Waits until it listens. */
  async listens(): Promise<void> {
    const live = async () => (await this.get('metrics', '/live')).status === 200;
    await eventually(live, () => `HAProxy does not listen: ${this.log}`);
  }

  get(
    frontend: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    host = '127.0.0.1',
  ): Promise<Reply> {
    return get(`http://${host}:${this.ports[frontend]}${path}`, headers);
  }

  /** Sends a signal and waits for the end. */
  async stop(signal = 'TERM'): Promise<number | null> {
    this.process?.stdin?.write(`${signal}\n`);
    return (await this.exit) ?? null;
  }

  /** Waits for the end that comes by itself. */
  async ends(): Promise<number | null> {
    // Signal 0 is none: the watchdog waits for the program.
    return this.stop('0');
  }

  /** Ends it and deletes what it read. */
  async destroy(): Promise<void> {
    this.process?.stdin?.end();
    await this.exit;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(command: readonly string[]): ChildProcess {
    const [program = '', ...args] = [...this.installation.prefix, ...command];
    const child = spawn(program, args, { env: { PATH: '/usr/sbin:/usr/bin:/bin', ...this.env }, cwd: '/' });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.log += text;
      });
    }
    return child;
  }
}

/** An answer by HTTP; status 0 where nobody listens. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  try {
    const response = await fetch(url, { headers: { connection: 'close', ...headers } });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: '' };
  }
}

/** Asks until it is so. */
export async function eventually(condition: () => Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(otherwise());
    await setTimeout(50);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
