import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import aws4 from 'aws4';
import type { ClientProgram, Command, DataBucket, Registration, StackDay } from '../../lib/platform';
import { type Day, remember, remembered } from './day';
import { attempt, pathOf, run, type Show, stop } from './programs';

/** The files as they were registered, by name of the registration. */
const REGISTERED = 'registered.json';

/** The variables of a stack's commands, and the token of its server. @throws Stop where that gives none */
export async function stackEnvironment({ env = {}, login }: StackDay) {
  if (login === undefined) return { env };
  const { url, form, keyVariable, tokenVariable } = login;
  const key = process.env[keyVariable];
  const fields = key ? { password: key } : form;
  if (fields === undefined) stop(`${url} gives a token for an API key alone: set ${keyVariable}.`);
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }).catch((error) =>
    stop(`POST ${url}`, `  failed: ${error.cause?.message ?? error.message}`),
  );
  const text = await response.text();
  if (!response.ok) stop(`POST ${url}`, `  was answered ${response.status}: ${text.slice(0, 300)}`);
  const token: string = JSON.parse(text).access_token;
  // A key is what its clients read themselves.
  return { env: key ? env : { ...env, [tokenVariable]: token }, token };
}

/** Asks the server of a stack for what has to be registered there, and looks whether a file has changed since. */
export async function registrations(day: Day, own: StackDay) {
  const { env, token = '' } = await stackEnvironment(own);
  const problemOf = async ({ name, url, file }: Registration) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) return `is unknown: ${url} answers ${response.status}`;
    const { total } = (await response.json()) as { readonly total: number };
    if (total === 0) return 'is missing';
    return known(day)[name] === day.platform.deployFiles[file] ? undefined : 'is of another file';
  };
  const all = own.registrations ?? [];
  return Promise.all(all.map(async (one) => ({ ...one, env, problem: await problemOf(one) })));
}

/** Imports what is missing, and imports anew what has changed. */
export async function register(
  day: Day,
  { name, file, removal, commands, problem, env }: Awaited<ReturnType<typeof registrations>>[number],
): Promise<void> {
  const path = resolve('deploy', file);
  for (const [program, ...args] of [...(problem === 'is missing' ? [] : removal), ...commands]) {
    const command: Command = [program, ...args.map((word) => (word === '{file}' ? path : word))];
    await run(command, { env });
  }
  remember(day, REGISTERED, { ...known(day), [name]: day.platform.deployFiles[file] });
}

const known = (day: Day) => remembered<Readonly<Record<string, string>>>(day, REGISTERED) ?? {};

/** What is wrong with a program of the machine. */
export async function clientProblem(client: ClientProgram): Promise<string | undefined> {
  const { program, versionArguments, version, python, pythonMeaning, install } = client;
  const { all, isMissing } = await attempt([program, ...versionArguments]);
  if (isMissing) return `is missing; version ${version} is needed: ${install}`;
  const found = /\b\d+\.\d+\.\d+\b/.exec(all)?.[0] ?? 'of an unknown version';
  if (found !== version) return `is ${found}, the server is ${version}: ${install}`;
  if (python === undefined) return undefined;
  const script = readFileSync((await pathOf(program)) ?? '', 'utf8');
  const [, interpreter = 'python3'] = /^#!\s*(\S+)/.exec(script) ?? [];
  const { code } = await attempt([interpreter, '-c', python]);
  return code === 0 ? undefined : `is without ${pythonMeaning}: ${install}`;
}

/** Uploads every file of a folder; what is there already under its name is replaced. @returns how many there are */
export async function upload(folder: string, bucket: DataBucket, show: Show): Promise<number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const key = bucket.prefix + relative(folder, path).split(sep).join('/');
    show(key);
    const url = new URL(`/${bucket.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, bucket.endpoint);
    const request = { method: 'PUT', body: readFileSync(path) };
    // MinIO accepts any region; AWS has its buckets elsewhere.
    const signed = { ...request, host: url.host, path: url.pathname, service: 's3', region: 'us-east-1' };
    const { headers = {} } = aws4.sign(signed, bucket);
    const response = await fetch(url, { ...request, headers: headers as Record<string, string> });
    if (!response.ok) stop(`PUT ${url}`, `  was answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
  return files.length;
}
