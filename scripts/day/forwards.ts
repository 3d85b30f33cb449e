import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type ForwardedPort, localUrl, portForwardArguments } from '../../lib/platform';
import { type Day, forget, remembered } from './day';
import type { Thing } from './health';
import { attempt, linesOf, stop, until } from './programs';

const SCRIPT = 'forwards.sh';
const PID = 'forwards.pid';
const ANSWER_MS = 10_000;
/** SSLRequest of the PostgreSQL protocol, which a server answers with one letter before anybody logs in. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The ports whose Services are there: with releases left out, those of the objects alone. */
export function forwardedPorts({ allObjects, platform }: Day, withReleases: boolean): readonly ForwardedPort[] {
  const services = allObjects.filter(({ kind }) => kind === 'Service');
  const names = new Set(services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return platform.ports.filter(({ namespace, service }) => withReleases || names.has(`${namespace}/${service}`));
}

/** Has a process forward ports in the background, unless it does that already. */
export async function startForwards(day: Day, ports: readonly ForwardedPort[]): Promise<void> {
  const file = join(day.state, SCRIPT);
  const script = scriptOf(day, ports);
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === script;
  if (isSame && (await members(day)).some((pid) => pid === pidOf(day))) return;
  await stopForwards(day);
  if (ports.length === 0) return;
  mkdirSync(join(day.state, 'logs'), { recursive: true });
  writeFileSync(file, script);
  const log = openSync(join(day.state, 'logs', 'forwarder.log'), 'w');
  // A group of its own: Ctrl-C in this terminal is not for it, and all of it is stopped at once.
  spawn('sh', [file], { detached: true, stdio: ['ignore', log, log] }).unref();
}

/**
 * Forwards ports until the file of its number is another's or gone. It writes that first of all, so that nothing is
 * started that could not be stopped. `kubectl port-forward` ends when the pod behind it does, so each is started again.
 */
function scriptOf({ context }: Day, ports: readonly ForwardedPort[]): string {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const words = (port: ForwardedPort) => [port.name, 'kubectl', ...portForwardArguments(port, { context })];
  return `here=\${0%/*}
echo $$ > "$here/${PID}"
forward() { log=$here/logs/$1.log; shift; while :; do "$@" > "$log" 2>&1; sleep 1; done; }
${ports.map((port) => `forward ${words(port).map(quoted).join(' ')} &\n`).join('')}
while [ "$(cat "$here/${PID}" 2>/dev/null)" = $$ ]; do sleep 2; done
kill 0
`;
}

/** Stops the process and all that it has started. @returns whether there was one */
export async function stopForwards(day: Day): Promise<boolean> {
  const pid = pidOf(day);
  const running = await members(day);
  if (pid !== undefined && running.length > 0) process.kill(-pid, 'SIGKILL');
  await until(() => members(day), 10);
  for (const name of [SCRIPT, PID, 'logs']) forget(day, name);
  return running.length > 0;
}

const pidOf = (day: Day) => remembered<number>(day, PID);

/** The processes of the group that the forwarder has made, also where it was killed alone. */
async function members(day: Day): Promise<number[]> {
  const own = pidOf(day);
  if (own === undefined) return [];
  // The number may be that of somebody else's group by now.
  const { stdout } = await attempt(['pgrep', '-g', `${own}`, '-f', `${SCRIPT}|port-forward`]);
  return linesOf(stdout).map(Number);
}

/** Checks that nobody else has a port. @throws Stop that names the program and its pid */
export async function requireFreePorts(day: Day, ports: readonly { name: string; local: number }[]): Promise<void> {
  const own = await members(day);
  const taken: string[] = [];
  for (const { name, local } of ports) {
    if ((await exchange(local)) !== undefined) continue;
    const [program, pid] = await ownerOf(local);
    if (own.includes(Number(pid))) continue;
    taken.push(`Port ${local} (${name}) is taken by ${pid ? `${program} (pid ${pid})` : 'another program'}.`);
  }
  if (taken.length > 0) stop(...taken, 'Stop it, or give the port another number in the environment (`localPorts`).');
}

async function ownerOf(port: number): Promise<readonly (string | undefined)[]> {
  const { stdout } = await attempt(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, pid, program] = /^p(\d+)\nc(.*)$/m.exec(stdout) ?? [];
  if (pid !== undefined) return [program, pid];
  const { stdout: sockets } = await attempt(['ss', '-Hltnp', `sport = :${port}`]);
  return /users:\(\("([^"]*)",pid=(\d+)/.exec(sockets)?.slice(1) ?? [];
}

/** Sends a real request to a forwarded port: that it is open says nothing, since kubectl accepts whatever is behind it. */
export async function forwardHealth(port: ForwardedPort): Promise<Thing> {
  const url = localUrl(port);
  const message = url.startsWith('postgres') ? SSL_REQUEST : undefined;
  const problem = await (url.startsWith('http') ? request(url) : exchange(port.local, message));
  return { name: `${port.name} ${url}`, problem };
}

const request = (url: string) =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) }).then(
    ({ status }) => (status >= 500 ? `answers ${status}` : undefined),
    ({ cause }) => `does not answer${cause?.code ? ` (${cause.code})` : ''}`,
  );

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
