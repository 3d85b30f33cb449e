import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientProgram, Command, Registration, StackDay } from '../../lib/platform';
import { type Day, remember, remembered, written } from './day';
import { attempt, run, Stop } from './programs';

/** Hashes of the files that were registered, by name of the registration. */
const REGISTERED = 'registered.json';

/** What the commands of a stack are started with. */
export interface StackEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** What its server gave for the login. */
  readonly token?: string;
}

export interface Registered {
  readonly registration: Registration;
  readonly problem?: string;
}

/**
 * The variables of a stack's commands, with a token of its server where they need one.
 * @throws Stop where the server does not give one
 */
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
  const hashes = remembered<Record<string, string>>(day, REGISTERED) ?? {};
  return Promise.all(
    (own.registrations ?? []).map(async (registration) => {
      const response = await fetch(registration.url, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) return { registration, problem: `is unknown: ${registration.url} answers ${response.status}` };
      const { total } = (await response.json()) as { readonly total: number };
      if (total === 0) return { registration, problem: 'is missing' };
      return hashes[registration.name] === hashOf(day, registration)
        ? { registration }
        : { registration, problem: 'is another' };
    }),
  );
}

/** Imports what is missing, and imports anew what has changed. */
export async function register(
  day: Day,
  { registration, problem }: Registered,
  env: StackEnvironment['env'],
): Promise<void> {
  const file = join(day.output, 'deploy', registration.file);
  const filled = (command: Command) => command.map((word) => (word === '{file}' ? file : word)) as unknown as Command;
  // What is active on this machine may be what is missing on the server: only removing it has to work.
  if (problem !== 'is missing') for (const command of registration.removal) await run(command, { env });
  for (const command of registration.commands) await run(filled(command), { env });
  const hashes = remembered<Record<string, string>>(day, REGISTERED);
  remember(day, REGISTERED, { ...hashes, [registration.name]: hashOf(day, registration) });
}

function hashOf(day: Day, { file }: Registration): string | undefined {
  const text = day.platform.deployFiles[file] ?? readFileSync(written(day, 'deploy', file), 'utf8');
  return createHash('sha256').update(text).digest('hex');
}

/** What is wrong with a program of the machine. */
export async function clientProblem(client: ClientProgram): Promise<string | undefined> {
  const { program, versionArguments, version, python, pythonMeaning, install } = client;
  const { code, stdout, stderr, isMissing } = await attempt([program, ...versionArguments]);
  if (isMissing) return `is missing; version ${version} is needed: ${install}`;
  const found = /\b\d+\.\d+\.\d+\b/.exec(`${stdout}\n${stderr}`)?.[0];
  if (code !== 0 || found === undefined)
    return `does not say its version (${[program, ...versionArguments].join(' ')})`;
  if (found !== version) return `is ${found}, the server is ${version}: ${install}`;
  if (python === undefined) return undefined;
  const script = (await run(['sh', '-c', 'command -v "$0"', program])).trim();
  const [, interpreter = 'python3'] = /^#!\s*(\S+)/.exec(readFileSync(script, 'utf8')) ?? [];
  const { code: checked } = await attempt([interpreter, '-c', python]);
  return checked === 0 ? undefined : `is without ${pythonMeaning}: ${install}`;
}
