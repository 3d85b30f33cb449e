import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Yaml } from 'cdk8s';
import { type RuleGroup, ruleFile } from '../../lib/components/observability/rule-groups';
import { freePort } from './free-port';
import type { Manifest } from './synth';

/** A file system with Prometheus and promtool in `/usr/bin`. */
interface Installation {
  readonly root: string;
}

/** `nobody`, as the image has it. */
const USER = 65534;

/** Ends the server with the test, however the test ends: its standard input is closed then. */
const WATCHDOG = '"$@" & read -r line || true; kill $!; wait $!';

/** Runs a program in a root whose resolv.conf is another file, for this program alone. */
const WITH_RESOLVER = `mount --bind "$1" "$2/etc/resolv.conf"
root=$2
shift 2
exec chroot --userspec=${USER}:${USER} "$root" "$@"`;

/**
 * A Prometheus: that of the Debian root TRIXIE_ROOT, of the one that CI installs, or this machine's own.
 * @returns the reason where there is none
 */
export function findPrometheus(): Installation | string {
  const root = resolve(process.env.TRIXIE_ROOT || (existsSync('.tools/trixie') ? '.tools/trixie' : '/'));
  const missing = ['/usr/bin/prometheus', '/usr/bin/promtool', '/etc/resolv.conf']
    .map((path) => join(root, path))
    .find((path) => !lstatSync(path, { throwIfNoEntry: false }));
  if (missing !== undefined) return `no Prometheus: ${missing} is missing (TRIXIE_ROOT names a root)`;
  return root === '/' || process.getuid?.() === 0 ? { root } : `only root can run the Prometheus of ${root}`;
}

/**
 * A Prometheus that can be given a DNS server of its own.
 * @returns the reason where there is none
 */
export function findPrometheusServer(): Installation | string {
  const found = findPrometheus();
  if (typeof found === 'string') return found;
  if (process.getuid?.() !== 0) return 'only root can give a program another resolv.conf';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? found : 'unshare --mount is not allowed here';
}

/** A folder that programs of an installation read and write. */
class Folder {
  /** As this process sees it. */
  readonly outside: string;
  /** As the programs see it. */
  readonly inside: string;

  constructor({ root }: Installation) {
    this.outside = mkdtempSync(join(root === '/' ? tmpdir() : join(root, 'tmp'), 'prometheus-'));
    // The server is nobody.
    chmodSync(this.outside, 0o755);
    this.inside = root === '/' ? this.outside : this.outside.slice(root.length);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.outside, name), text);
  }

  remove(): void {
    rmSync(this.outside, { recursive: true, force: true });
  }
}

/** Runs promtool beside files; `{}` in an argument is their folder. */
export function promtool(installation: Installation, files: Readonly<Record<string, string>>, args: readonly string[]) {
  const folder = new Folder(installation);
  try {
    folder.write(files);
    const { root } = installation;
    const command = ['/usr/bin/promtool', ...args.map((arg) => arg.replace('{}', folder.inside))];
    const [program = '', ...rest] = root === '/' ? command : ['chroot', root, ...command];
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', cwd: '/' });
    return { status, output: stdout + stderr };
  } finally {
    folder.remove();
  }
}

/** An alert as somebody sees it: its labels, and the sentence. */
export interface SeenAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

/**
 * What promtool finds wrong with the alerts of rules, minutes after series have begun, a sample a minute: exactly
 * `expected` fire, by their names, and no others of the groups.
 */
export function alertProblems(
  installation: Installation,
  groups: readonly RuleGroup[],
  series: Readonly<Record<string, string>>,
  minutes: number,
  expected: Readonly<Record<string, readonly SeenAlert[]>>,
): string {
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => 'alert' in rule);
  const test = {
    rule_files: ['rules.yml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: alerts.map(({ alert, severity }) => ({
          eval_time: `${minutes}m`,
          alertname: alert,
          exp_alerts: (expected[alert] ?? []).map(({ labels, summary }) => ({
            exp_labels: { severity, ...labels },
            exp_annotations: { summary },
          })),
        })),
      },
    ],
  };
  const files = { 'rules.yml': Yaml.stringify(ruleFile('test', groups)), 'test.yml': Yaml.stringify(test) };
  const { status, output } = promtool(installation, files, ['test', 'rules', '{}/test.yml']);
  return status === 0 ? '' : output;
}

/** The server of a rendered workload and its ConfigMap, on the loopback address, with a DNS server of its own. */
export class PrometheusServer {
  log = '';
  private readonly folder: Folder;
  private process?: ChildProcess;
  private port = 0;

  constructor(private readonly installation: Installation) {
    this.folder = new Folder(installation);
  }

  /** Starts it by the arguments of its container, and waits until it is ready. */
  async start(pod: Manifest, config: Readonly<Record<string, string>>, resolvConf: string): Promise<void> {
    const { outside, inside } = this.folder;
    this.port = await freePort();
    mkdirSync(join(outside, 'data'));
    chownSync(join(outside, 'data'), USER, USER);
    const own = ([name, text]: [string, string]) => [name, text.replaceAll('localhost:9090', `localhost:${this.port}`)];
    this.folder.write({ ...Object.fromEntries(Object.entries(config).map(own)), 'resolv.conf': resolvConf });
    const args = pod.spec.containers[0].args.map((arg: string) =>
      arg.replace('=/etc/prometheus', `=${inside}`).replace(/=\/prometheus$/, `=${inside}/data`),
    );
    const command = ['/usr/bin/prometheus', ...args, `--web.listen-address=127.0.0.1:${this.port}`];
    const { root } = this.installation;
    const resolver = ['/bin/sh', '-euc', WITH_RESOLVER, 'sh', join(outside, 'resolv.conf'), root];
    const watched = ['-c', WATCHDOG, 'watchdog', 'unshare', '--mount', ...resolver, ...command];
    this.process = spawn('/bin/sh', watched, { stdio: ['pipe', 'ignore', 'pipe'], cwd: '/' });
    this.process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.log += text;
    });
    await this.until('it is ready', async () => (await this.get('/-/ready')).status === 200);
  }

  /** What its API answers. */
  async api(path: string): Promise<Manifest> {
    return ((await (await this.get(`/api/v1/${path}`)).json()) as Manifest).data;
  }

  /** The series of a query with their values now. */
  async query(expression: string): Promise<{ labels: Manifest; value: number }[]> {
    const { result } = await this.api(`query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric, value }: Manifest) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Waits until something holds. @throws with the log where it does not within 20 s */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 20_000; Date.now() < end; await setTimeout(50)) {
      if (await holds().catch(() => false)) return;
      if (this.process?.exitCode !== null) break;
    }
    throw new Error(`not so in 20 s, or it ended: ${what}\n${this.log}`);
  }

  async destroy(): Promise<void> {
    const running = this.process;
    if (running !== undefined && running.exitCode === null) {
      const exit = new Promise((done) => running.once('exit', done));
      running.stdin?.end();
      await exit;
    }
    this.folder.remove();
  }

  private get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`);
  }
}
