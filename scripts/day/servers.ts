import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientProgram, Command, Registration, StackDay } from '../../lib/platform';
import { type Day, remember, remembered } from './day';
import type { Thing } from './health';
import { attempt, run, Stop } from './programs';

/** Hashes of the files that were registered, by name of the registration. */
const REGISTERED = 'registered.json';
type Hashes = Readonly<Record<string, string>>;

/** What the commands of a stack are started with. */
export interface StackEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** What its server gave for the login. */
  readonly token?: string;
}

export interface Registered extends Thing {
  readonly registration: Registration;
}

/** The variables of a stack's commands. @throws Stop where its server gives no token */
export async function stackEnvironment({ env = {}, login }: StackDay): Promise<StackEnvironment> {
  if (login === undefined) return { env };
  const { url, form, keyVariable, tokenVariable } = login;
  const key = process.env[keyVariable];
  const fields = key ? { password: key } : form;
  if (fields === undefined) throw new Stop(`${url} gives a token for an API key alone: set ${keyVariable}.`);
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }).catch((error) => {
    throw new Stop(`POST ${url}\n  failed: ${error.cause?.message ?? error.message}`);
  });
  const text = await response.text();
  if (!response.ok) throw new Stop(`POST ${url}\n  was answered ${response.status}: ${text.slice(0, 300)}`);
  const token = JSON.parse(text).access_token;
  // A key is what its clients read themselves.
  return { env: key ? env : { ...env, [tokenVariable]: token }, token };
}

/** Asks the server of a stack for what has to be registered there, and looks whether a file has changed since. */
export async function registrations(day: Day, own: StackDay, token = ''): Promise<readonly Registered[]> {
  const hashes = remembered<Hashes>(day, REGISTERED) ?? {};
  const problemOf = async (registration: Registration) => {
    const response = await fetch(registration.url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) return `is unknown: ${registration.url} answers ${response.status}`;
    const { total } = (await response.json()) as { readonly total: number };
    if (total === 0) return 'is missing';
    return hashes[registration.name] === hashOf(day, registration) ? undefined : 'is of another file';
  };
  const all = own.registrations ?? [];
  return Promise.all(
    all.map(async (registration) => ({
      name: registration.name,
      registration,
      problem: await problemOf(registration),
    })),
  );
}

/** Imports what is missing, and imports anew what has changed. */
export async function register(
  day: Day,
  { registration, problem }: Registered,
  env: StackEnvironment['env'],
): Promise<void> {
  const { name, file, removal, commands } = registration;
  const path = join(day.output, 'deploy', file);
  for (const words of [...(problem === 'is missing' ? [] : removal), ...commands]) {
    const [program, ...args] = words.map((word) => (word === '{file}' ? path : word)) as unknown as Command;
    await run([program, ...args], { env });
  }
  remember(day, REGISTERED, { ...remembered<Hashes>(day, REGISTERED), [name]: hashOf(day, registration) });
}

function hashOf({ platform }: Day, { file }: Registration): string {
  return createHash('sha256')
    .update(platform.deployFiles[file] ?? '')
    .digest('hex');
}

/** What is wrong with a program of the machine. */
export async function clientProblem(client: ClientProgram): Promise<string | undefined> {
  const { program, versionArguments, version, python, pythonMeaning, install } = client;
  const { stdout, stderr, isMissing } = await attempt([program, ...versionArguments]);
  if (isMissing) return `is missing; version ${version} is needed: ${install}`;
  const found = /\b\d+\.\d+\.\d+\b/.exec(`${stdout}\n${stderr}`)?.[0] ?? 'of an unknown version';
  if (found !== version) return `is ${found}, the server is ${version}: ${install}`;
  if (python === undefined) return undefined;
  const script = (await run(['sh', '-c', 'command -v "$0"', program])).trim();
  const [, interpreter = 'python3'] = /^#!\s*(\S+)/.exec(readFileSync(script, 'utf8')) ?? [];
  return (await attempt([interpreter, '-c', python])).code === 0
    ? undefined
    : `is without ${pythonMeaning}: ${install}`;
}
