import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port';

/** What a program printed, and its exit code. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the programs of a PostgreSQL 17 with PostGIS are, and how they are started: not as root. */
interface Installation {
  /** Root of the file system that the programs see. */
  readonly root: string;
  /** Starts a program in that root, as that user. */
  readonly prefix: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
}

const HOME = '/usr/lib/postgresql/17/bin';
const PROGRAM_ENV = { PATH: `${HOME}:/usr/sbin:/usr/bin:/bin`, LANG: 'C.UTF-8' };
const POSTGIS = '/usr/share/postgresql/17/extension/postgis.control';

/**
 * Runs a server until a line arrives, and stops it as the kubelet would, by the STOPSIGNAL of the image. When the tests
 * are killed, the end of the input arrives instead, and nothing stays behind: $0 is the server's directory.
 */
const WATCHDOG = `"$@" &
if read -r line; then kill -INT $!; wait $!; else kill -QUIT $!; wait $!; rm -rf "$0"; fi`;

/**
 * A PostgreSQL 17 with PostGIS: that of the Debian root TRIXIE_ROOT, of the one that CI installs, or this machine's own.
 * @returns the reason where there is none
 */
export function findPostgres(): Installation | string {
  const root = resolve(process.env.TRIXIE_ROOT || (existsSync('.tools/trixie') ? '.tools/trixie' : '/'));
  // A link in another root points into that root, so that it is not followed.
  const missing = [HOME, POSTGIS]
    .map((path) => join(root, path))
    .find((path) => !lstatSync(path, { throwIfNoEntry: false }));
  if (missing !== undefined) return `no PostgreSQL 17 with PostGIS: ${missing} is missing (TRIXIE_ROOT names a root)`;
  const isRoot = process.getuid?.() === 0;
  if (root === '/' && !isRoot) return { root, prefix: [] };
  if (!isRoot) return `only root can run the PostgreSQL of ${root}`;
  const account = readFileSync(join(root, 'etc/passwd'), 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m);
  if (account === null) return `no user postgres in ${root}`;
  const user = { uid: Number(account[1]), gid: Number(account[2]) };
  return { root, prefix: ['chroot', `--userspec=${user.uid}:${user.gid}`, root], user };
}

/** A server of its own, set up as the container of the StatefulSet is, that leaves nothing behind. */
export class PostgresServer {
  /** The role and password of the superuser, as POSTGRES_USER and POSTGRES_PASSWORD give them. */
  static readonly superuser = { name: 'postgres', password: 'super"user\'s secret' };

  /** All that the server has logged. */
  log = '';
  private process?: ChildProcess;

  private constructor(
    private readonly installation: Installation,
    private readonly port: number,
    /** Its directory as this process sees it. */
    private readonly outside: string,
    /** Its directory as the server sees it. */
    private readonly inside: string,
    private readonly settings: readonly string[],
  ) {}

  /** A new server as `initdb` leaves it, not started. */
  static async create(installation: Installation, settings: readonly string[] = []): Promise<PostgresServer> {
    const temporary = installation.root === '/' ? tmpdir() : join(installation.root, 'tmp');
    const outside = mkdtempSync(join(temporary, 'postgres-'));
    const inside = installation.root === '/' ? outside : outside.slice(installation.root.length);
    const server = new PostgresServer(installation, await freePort(), outside, inside, settings);
    try {
      server.own(outside);
      server.writeFile('password', PostgresServer.superuser.password);
      const args = ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', '--locale=C.UTF-8', '--no-sync'];
      const user = [`--username=${PostgresServer.superuser.name}`, `--pwfile=${inside}/password`];
      const { code, stderr } = await server.run([`${HOME}/initdb`, `--pgdata=${inside}/data`, ...user, ...args]);
      if (code !== 0) throw new Error(`initdb failed: ${stderr}`);
      return server;
    } catch (error) {
      server.remove();
      throw error;
    }
  }

  /**
   * The first start of the container: a temporary server without TCP runs the script, then the real one starts; that
   * it does as well where the script has failed, at the next restart of the container.
   * @returns what psql said
   */
  async firstStart(sql: string): Promise<Run> {
    await this.start('listen_addresses=');
    const result = await this.entrypoint(sql);
    await this.shutDown();
    await this.start('listen_addresses=127.0.0.1');
    return result;
  }

  /** Runs a script as the entrypoint of the image runs `/docker-entrypoint-initdb.d/*.sql`. */
  private entrypoint(sql: string): Promise<Run> {
    const { name, password } = PostgresServer.superuser;
    const script = this.writeFile('init-databases.sql', sql);
    const flags = ['-v', 'ON_ERROR_STOP=1', '--username', name, '--no-password', '--no-psqlrc', '--dbname', 'postgres'];
    return this.run([`${HOME}/psql`, ...flags, '-f', script], {
      POSTGRES_USER: name,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: 'postgres',
      PGPASSWORD: password,
      // The image's psql was built for the directory of its socket.
      PGHOST: this.inside,
      PGPORT: String(this.port),
    });
  }

  /** Runs a script as the Job does, over TCP, with these variables added to its environment. */
  job(script: string, sql: string, env: Record<string, string> = {}): Promise<Run> {
    // Each in a directory of its own, so that two can run at once with different scripts.
    const directory = mkdtempSync(join(this.outside, 'job-'));
    this.own(directory);
    const name = directory.slice(this.outside.length + 1);
    this.writeFile(`${name}/init-databases.sql`, sql);
    const file = this.writeFile(`${name}/apply.sh`, script);
    return this.run(['/bin/sh', '-eu', file], {
      PGHOST: '127.0.0.1',
      PGPORT: String(this.port),
      PGUSER: PostgresServer.superuser.name,
      PGPASSWORD: PostgresServer.superuser.password,
      ...env,
    });
  }

  /** Runs SQL over TCP as this role in this database; no password means that none is offered. */
  query(sql: string, role: string, database: string, password?: string): Promise<Run> {
    const flags = ['--no-psqlrc', '--no-password', '--no-align', '--tuples-only', '-v', 'ON_ERROR_STOP=1'];
    return this.run([`${HOME}/psql`, ...flags, '--command', sql], {
      PGHOST: '127.0.0.1',
      PGPORT: String(this.port),
      PGUSER: role,
      PGDATABASE: database,
      ...(password === undefined ? {} : { PGPASSWORD: password }),
    });
  }

  /** The rows of a query by the superuser; columns are joined by `|`. */
  async rows(sql: string, database = 'postgres'): Promise<string[]> {
    const { name, password } = PostgresServer.superuser;
    const { code, stdout, stderr } = await this.query(sql, name, database, password);
    if (code !== 0) throw new Error(stderr);
    return stdout.split('\n').slice(0, -1);
  }

  /** URL of a database for programs that run on this machine. */
  url(role: string, database: string, password: string): string {
    const [user, secret, name] = [role, password, database].map(encodeURIComponent);
    return `postgresql://${user}:${secret}@127.0.0.1:${this.port}/${name}`;
  }

  /** What `kubectl exec` puts in front of a command, to run it in the container of the server. */
  get exec(): readonly string[] {
    const own = {
      PGPORT: this.port,
      PGDATA: `${this.inside}/data`,
      POSTGRES_PASSWORD: PostgresServer.superuser.password,
      TMPDIR: this.inside,
    };
    const variables = Object.entries({ ...PROGRAM_ENV, ...own }).map(([name, value]) => `${name}=${value}`);
    return [...this.installation.prefix, '/usr/bin/env', '--ignore-environment', ...variables];
  }

  /** Stops the server and deletes all that it wrote. */
  async destroy(): Promise<void> {
    await this.shutDown();
    this.remove();
  }

  private async start(setting: string): Promise<void> {
    const fast = ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB', 'autovacuum=off'];
    const own = [setting, `port=${this.port}`, `unix_socket_directories=${this.inside}`];
    const args = [...fast, ...own, ...this.settings].flatMap((value) => ['-c', value]);
    const started = this.log.length;
    const server = [`${HOME}/postgres`, '-D', `${this.inside}/data`, ...args];
    this.process = this.spawn(['/bin/sh', '-c', WATCHDOG, this.inside, ...server], {}, 'pipe');
    this.process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.log += text;
    });
    const deadline = Date.now() + 30_000;
    while (!this.log.slice(started).includes('database system is ready to accept connections')) {
      if (Date.now() > deadline) throw new Error(`the server did not start: ${this.log.slice(started)}`);
      await setTimeout(20);
    }
  }

  private async shutDown(): Promise<void> {
    const running = this.process;
    if (running === undefined) return;
    this.process = undefined;
    const exit = new Promise((resolve) => running.once('exit', resolve));
    running.stdin?.end('stop\n');
    await exit;
  }

  private remove(): void {
    rmSync(this.outside, { recursive: true, force: true });
  }

  private own(path: string): void {
    const { user } = this.installation;
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }

  private writeFile(name: string, content: string): string {
    const path = join(this.outside, name);
    writeFileSync(path, content);
    this.own(path);
    return `${this.inside}/${name}`;
  }

  private spawn(command: readonly string[], env: Record<string, string>, stdin: 'ignore' | 'pipe'): ChildProcess {
    const [program = '', ...args] = [...this.installation.prefix, ...command];
    // Nothing of this process's own environment: PGHOST and the like would send the programs elsewhere.
    return spawn(program, args, {
      env: { ...PROGRAM_ENV, ...env },
      cwd: '/',
      stdio: [stdin, 'pipe', 'pipe'],
    });
  }

  private run(command: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    return new Promise((resolve, reject) => {
      const output = { stdout: '', stderr: '' };
      const child = this.spawn(command, env, 'ignore');
      child.stdout?.setEncoding('utf8').on('data', (text) => {
        output.stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        output.stderr += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...output }));
    });
  }
}
