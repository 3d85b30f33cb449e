import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import aws4 from 'aws4';
import type { ClientProgram, DataBucket, StackDay } from '../../lib/platform';
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
  const token: string = JSON.parse(
    await request(url, { method: 'POST', body: new URLSearchParams(fields) }),
  ).access_token;
  // A key is what its clients read themselves.
  return { env: key ? env : { ...env, [tokenVariable]: token }, token };
}

/** Asks the server of a stack for what has to be registered there, and looks whether a file has changed since. */
export async function registrations(day: Day, own: StackDay) {
  const { env, token = '' } = await stackEnvironment(own);
  const known = () => remembered<Readonly<Record<string, string>>>(day, REGISTERED) ?? {};
  const all = (own.registrations ?? []).map(async ({ name, url, file, removal, commands }) => {
    const { total } = JSON.parse(await request(url, { headers: { authorization: `Bearer ${token}` } }));
    const text = day.platform.deployFiles[file] ?? '';
    const problem = total === 0 ? 'is missing' : known()[name] === text ? undefined : 'is of another file';
    const register = async () => {
      for (const [program, ...args] of [...(total === 0 ? [] : removal), ...commands]) {
        await run([program, ...args.map((word) => (word === '{file}' ? resolve('deploy', file) : word))], { env });
      }
      remember(day, REGISTERED, { ...known(), [name]: text });
    };
    return { name, problem, register };
  });
  return Promise.all(all);
}

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
    const put = { method: 'PUT', body: readFileSync(path) };
    // MinIO accepts any region; AWS has its buckets elsewhere.
    const signed = { ...put, host: url.host, path: url.pathname, service: 's3', region: 'us-east-1' };
    const { headers } = aws4.sign(signed, bucket);
    await request(url.href, { ...put, headers: headers as Record<string, string> });
  }
  return files.length;
}

/** @returns what a server answers @throws Stop with that, where it is an error */
async function request(url: string, init: RequestInit): Promise<string> {
  const asked = `${init.method ?? 'GET'} ${url}`;
  const response = await fetch(url, init).catch((error) => stop(asked, `  failed: ${error.cause?.message ?? error}`));
  const text = await response.text();
  return response.ok ? text : stop(asked, `  was answered ${response.status}: ${text.slice(0, 300)}`);
}
