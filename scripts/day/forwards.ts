import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Command, type ForwardedPort, localUrl, portForwardArguments } from '../../lib/platform';
import { allObjects, type Day, forget, remember, remembered } from './day';
import type { Thing } from './health';
import { attempt, Stop, until } from './programs';

/** Files of the state folder. */
export const FORWARDS = 'forwards.json';
export const PID = 'forwards.pid';

/** A port, and the command that forwards it. */
export interface Forward {
  readonly name: string;
  readonly local: number;
  readonly command: Command;
}

const ANSWER_MS = 3000;
const STOP_SECONDS = 10;
/** SSLRequest of the PostgreSQL protocol, which a server answers with one letter before anybody logs in. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The ports whose Services are there: with releases left out, those of the objects alone. */
export function forwardedPorts(day: Day, withReleases: boolean): readonly ForwardedPort[] {
  const services = allObjects(day).filter(({ kind }) => kind === 'Service');
  return day.platform.ports.filter(
    ({ namespace, service }) =>
      withReleases || services.some(({ metadata }) => metadata.namespace === namespace && metadata.name === service),
  );
}

/** Has a process forward ports in the background, unless it does that already. */
export async function startForwards(day: Day, ports: readonly ForwardedPort[]): Promise<void> {
  const wanted = ports.map((port): Forward => {
    const command: Command = ['kubectl', ...portForwardArguments(port, { context: day.context })];
    return { name: port.name, local: port.local, command };
  });
  const isSame = JSON.stringify(remembered(day, FORWARDS)) === JSON.stringify(wanted);
  if (isSame && (await members(day)).some(({ isForwarder }) => isForwarder)) return;
  await stopForwards(day);
  if (wanted.length === 0) return;
  remember(day, FORWARDS, wanted);
  mkdirSync(join(day.state, 'logs'), { recursive: true });
  const log = openSync(join(day.state, 'logs', 'forwarder.log'), 'w');
  const args = ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'forwarder.ts'), day.state];
  // A group of its own: Ctrl-C in this terminal is not for it, and all of it is stopped at once.
  spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] }).unref();
  const missing = await until(async () => (pidOf(day) === undefined ? ['forwarder'] : []), 60);
  if (missing.length > 0)
    throw new Stop(`The port-forwards did not start: ${join(day.state, 'logs', 'forwarder.log')} says why.`);
}

/** Stops the process and all that it has started. @returns whether there was one */
export async function stopForwards(day: Day): Promise<boolean> {
  const pid = pidOf(day);
  const running = await members(day);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (pid === undefined || (await members(day)).length === 0) break;
    process.kill(-pid, signal);
    await until(() => members(day), STOP_SECONDS);
  }
  for (const name of [FORWARDS, PID, 'logs']) forget(day, name);
  return running.length > 0;
}

function pidOf({ state }: Day): number | undefined {
  try {
    return Number(readFileSync(join(state, PID), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** The processes of the group that the forwarder has made, also where it was killed alone. */
async function members(day: Day): Promise<readonly { readonly pid: number; readonly isForwarder: boolean }[]> {
  const group = pidOf(day);
  if (group === undefined) return [];
  const { stdout } = await attempt(['ps', '-A', '-o', 'pid=,pgid=,stat=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, pgid, stat = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (Number(pgid) !== group || stat.startsWith('Z')) return [];
    const isForwarder = args.includes(day.state);
    // The number may be that of somebody else's process by now.
    return isForwarder || args.includes('port-forward') ? [{ pid: Number(pid), isForwarder }] : [];
  });
}

/** Checks that nobody else has a port. @throws Stop that names the program and its pid */
export async function requireFreePorts(
  day: Day,
  ports: readonly { readonly name: string; readonly local: number }[],
): Promise<void> {
  const own = (await members(day)).map(({ pid }) => pid);
  const taken: string[] = [];
  for (const { name, local } of ports) {
    if ((await exchange(local)) !== undefined) continue;
    const owner = await ownerOf(local);
    if (owner !== undefined && own.includes(owner.pid)) continue;
    taken.push(
      `Port ${local} (${name}) is taken by ${owner ? `${owner.program} (pid ${owner.pid})` : 'another program'}.`,
    );
  }
  if (taken.length > 0) {
    throw new Stop(
      [...taken, 'Stop it, or give the port another number in the environment (`localPorts`).'].join('\n'),
    );
  }
}

async function ownerOf(port: number): Promise<{ readonly pid: number; readonly program: string } | undefined> {
  const { stdout } = await attempt(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, pid, program] = /^p(\d+)\nc(.*)$/m.exec(stdout) ?? [];
  if (pid !== undefined) return { pid: Number(pid), program: program ?? '' };
  const { stdout: sockets } = await attempt(['ss', '-Hltnp', `sport = :${port}`]);
  const [, name, id] = /users:\(\("([^"]*)",pid=(\d+)/.exec(sockets) ?? [];
  return id === undefined ? undefined : { pid: Number(id), program: name ?? '' };
}

/** Sends a real request to a forwarded port: that it is open says nothing, since kubectl accepts whatever is behind it. */
export async function forwardHealth(port: ForwardedPort): Promise<Thing> {
  const url = localUrl(port);
  const message = url.startsWith('postgres') ? SSL_REQUEST : undefined;
  const problem = url.startsWith('http') ? await request(url) : await exchange(port.local, message);
  return { name: `${port.name} ${url}`, ...(problem !== undefined && { problem }) };
}

async function request(url: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    return status >= 500 ? `answers ${status}` : undefined;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return `does not answer${cause?.code ? ` (${cause.code})` : ''}`;
  }
}

/** Connects and, where there is something to send, waits for an answer. @returns what went wrong */
function exchange(port: number, message?: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
    const end = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => (message === undefined ? end() : socket.write(message)));
    socket.once('data', () => end());
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end('does not answer'));
  });
}
