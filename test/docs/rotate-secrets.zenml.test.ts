import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../support/free-port';
import { findLayers, type NodeLayers } from '../support/node-layers';
import { commandOf, PageCommands } from '../support/page-commands';
import { describeProgram } from '../support/programs';
import { ServerProcess } from '../support/server-process';

const command = commandOf('how-to/rotate-secrets.md', 'The logins of ZenML');
const found = findLayers('system', 'zenml', 'zenml-server');

/** What the tests read of an answer. */
interface Answer {
  readonly id: string;
  readonly body: { readonly key: string; readonly values: object };
}

describeProgram(found, 'the command for ZenML of rotate-secrets.md', (program) => {
  const keys = { 'encryption-key': '1'.repeat(64), 'jwt-secret': '2'.repeat(64) };
  let layers: NodeLayers;
  let cluster: PageCommands;
  let server: ServerProcess;
  let port: string;
  /** An administrator's login. */
  let token: string;

  beforeEach(async () => {
    layers = program().create();
    cluster = new PageCommands({ 'zenml-keys': keys });
    port = String(await freePort());
    await start(keys);
    token = await logIn({ username: 'default', password: '' });
  });
  afterEach(async () => {
    await server.stop();
    cluster.destroy();
    layers.destroy();
  });

  test('ends all logins but API keys, and keeps what is encrypted', async () => {
    const secret = await post('secrets', { name: 'bucket', private: false, values: { key: 'kept' } });
    const account = await post('service_accounts', { name: 'robot', active: true });
    const apiKey = await post(`service_accounts/${account.id}/api_keys`, { name: 'first' });
    expect(await status('current-user')).toBe(200);

    expect(await cluster.run(command)).toEqual({ code: 0, stdout: '', stderr: '' });
    const rotated = { ...keys, ...cluster.secrets['zenml-keys'] };
    expect(rotated['jwt-secret']).toMatch(/^[0-9a-f]{64}$/);
    expect(rotated).toEqual({ ...keys, 'jwt-secret': rotated['jwt-secret'] });
    await server.stop();
    await start(rotated);

    expect(await status('current-user')).toBe(401);
    token = await logIn({ password: apiKey.body.key });
    expect(await status('current-user')).toBe(200);
    token = await logIn({ username: 'default', password: '' });
    expect((await get(`secrets/${secret.id}`)).body.values).toEqual({ key: 'kept' });
  });

  test('fails to read what is encrypted with another encryption key', async () => {
    const { id } = await post('secrets', { name: 'bucket', private: false, values: { key: 'lost' } });
    await server.stop();
    await start({ ...keys, 'encryption-key': '3'.repeat(64) });
    expect(JSON.stringify(await get(`secrets/${id}`))).toContain('could not be decoded');
  });

  /** With the keys that a new pod takes from the Secret. */
  async function start(secret: Readonly<Record<keyof typeof keys, string>>): Promise<void> {
    const command = ['uvicorn', 'zenml.zen_server.zen_server_api:app', '--host', '127.0.0.1', '--port', port];
    const env = ['env', 'PATH=/opt/zenml/bin:/usr/bin:/bin'];
    server = new ServerProcess([...layers.prefix('server'), ...env], command, {
      ZENML_SERVER: 'true',
      ZENML_SERVER_DEPLOYMENT_TYPE: 'docker',
      ZENML_SERVER_AUTO_ACTIVATE: '1',
      ZENML_ANALYTICS_OPT_IN: 'false',
      ZENML_CONFIG_PATH: '/zenml/.zenconfig',
      ZENML_STORE_TYPE: 'sql',
      ZENML_STORE_URL: 'sqlite:////zenml/store.db',
      ZENML_STORE_BACKUP_STRATEGY: 'disabled',
      ZENML_SECRETS_STORE_TYPE: 'sql',
      ZENML_SECRETS_STORE_ENCRYPTION_KEY: secret['encryption-key'],
      ZENML_SERVER_JWT_SECRET_KEY: secret['jwt-secret'],
    });
    await server.answers(`http://127.0.0.1:${port}/health`);
  }

  function ask(path: string, request: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { headers, ...request });
  }

  async function get(path: string): Promise<Answer> {
    return (await ask(path)).json() as Promise<Answer>;
  }

  async function post(path: string, body: object): Promise<Answer> {
    return (await ask(path, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Answer>;
  }

  async function status(path: string): Promise<number> {
    return (await ask(path)).status;
  }

  async function logIn(form: Record<string, string>): Promise<string> {
    const body = new URLSearchParams(form);
    const answer = (await (await ask('login', { method: 'POST', body, headers: {} })).json()) as {
      access_token: string;
    };
    return answer.access_token;
  }
});
