import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port';
import { findLayers, type NodeLayers } from '../support/node-layers';
import { commandOf, PageCommands } from '../support/page-commands';
import { describeProgram } from '../support/programs';
import { ServerProcess } from '../support/server-process';

const command = commandOf('how-to/rotate-secrets.md', 'The administrator of MLflow');

/** What the chart starts, with a file of users. */
const START = `cat > /tmp/auth.ini << END
[mlflow]
default_permission = READ
database_uri = sqlite:////tmp/users.db
admin_username = $ADMIN
admin_password = $PASSWORD
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
END
exec mlflow server --app-name=basic-auth --gunicorn-opts='--log-level info' --workers=1 --host=127.0.0.1 --port="$PORT" \\
  --backend-store-uri=sqlite:////tmp/runs.db`;

describeProgram(findLayers('system', 'mlflow'), 'the command for MLflow of rotate-secrets.md', (found) => {
  const username = 'admin';
  let layers: NodeLayers;
  let cluster: PageCommands;
  let server: ServerProcess;
  let url: string;

  beforeAll(async () => {
    layers = found().create();
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const path = ['env', 'PATH=/opt/mlflow/bin:/usr/bin:/bin'];
    server = new ServerProcess([...layers.prefix('server'), ...path], ['sh', '-euc', START], {
      PORT: port,
      ADMIN: username,
      PASSWORD: 'first-password',
      MLFLOW_AUTH_CONFIG_PATH: '/tmp/auth.ini',
      MLFLOW_FLASK_SERVER_SECRET_KEY: 'key of the sessions',
    });
    cluster = new PageCommands(
      { 'mlflow-admin': { username, password: 'first-password' } },
      { 'deployment/mlflow': [...layers.prefix('exec'), ...path] },
    );
    await server.answers(`${url}/health`);
  });
  afterAll(async () => {
    await server.stop();
    cluster.destroy();
    layers.destroy();
  });

  test('gives the administrator another password, in the server and in the Secret', async () => {
    const old = passwordNow();
    expect(await logIn(old)).toBe(200);
    expect(await cluster.run(here(command))).toEqual({ code: 0, stdout: '', stderr: '' });
    const password = passwordNow();
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(await logIn(password)).toBe(200);
    expect(await logIn(old)).toBe(401);
  });

  test('fails where the server has another password, and leaves the Secret as it is', async () => {
    const others = { 'mlflow-admin': { username, password: 'another-password' } };
    const strangers = new PageCommands(others, { 'deployment/mlflow': layers.prefix('exec') });
    expect(await strangers.run(here(command))).not.toMatchObject({ code: 0 });
    expect(strangers.secrets).toEqual(others);
    expect(await logIn(passwordNow())).toBe(200);
    strangers.destroy();
  });

  /** The command, with the port of this server. */
  function here(text: string): string {
    expect(text).toContain('http://localhost:5000/');
    return text.replace('http://localhost:5000', url);
  }

  function passwordNow(): string {
    return cluster.secrets['mlflow-admin']?.password ?? '';
  }

  async function logIn(password: string): Promise<number> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const { status } = await fetch(`${url}/api/2.0/mlflow/users/get?username=${username}`, {
      headers: { authorization },
    });
    return status;
  }
});
