import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { dirname, join } from 'node:path';

/** A call that went through the proxy. */
export interface ProxiedCall {
  readonly method: string;
  readonly url: URL;
  /** Who made it: the name of the kubeconfig. */
  readonly client: string;
  readonly at: number;
  status: number;
}

/** What becomes of a call: an answer of this status, no answer, a broken connection, or (undefined) what the API server says. */
export type Fault = number | 'silence' | 'broken' | undefined;

/** Stands before an API server, writes down what is asked of it, and lets calls fail. */
export class ApiProxy {
  readonly calls: ProxiedCall[] = [];
  /** Decides about each call. */
  fault: (call: ProxiedCall) => Fault = () => undefined;
  private readonly agent: Agent;
  private readonly target: string;
  private readonly token: string;
  private readonly open = new Set<{ readonly response: ServerResponse; readonly isWatch: boolean }>();
  private readonly server = createServer((incoming, response) => this.pass(incoming, response));
  private clients = 0;

  /** @param kubeconfig - of the API server: JSON, with a token */
  constructor(private readonly kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    this.target = clusters[0].cluster.server;
    this.token = users[0].user.token;
    this.agent = new Agent({ keepAlive: true, ca: readFileSync(clusters[0].cluster['certificate-authority']) });
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  /** A kubeconfig of a client whose calls bear its name. @param token - @default - that of the administrator */
  client(name: string, token = this.token): string {
    const { port } = this.server.address() as { port: number };
    const cluster = { server: `http://127.0.0.1:${port}/${name}`, 'insecure-skip-tls-verify': true };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    };
    this.clients += 1;
    const path = join(dirname(this.kubeconfig), `proxied-${this.clients}.json`);
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  /** Breaks the connections of all watches. */
  cutWatches(): void {
    for (const { response, isWatch } of this.open) if (isWatch) response.destroy();
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    const [, client = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(incoming.url ?? '') ?? [];
    const { method = 'GET', headers } = incoming;
    const call: ProxiedCall = { method, url: new URL(rest, this.target), client, at: performance.now(), status: 0 };
    this.calls.push(call);
    const fault = this.fault(call);
    if (fault === 'broken') return void response.destroy();
    if (fault === 'silence') return;
    if (fault !== undefined) {
      response.writeHead(fault, { 'content-type': 'application/json', 'retry-after': '1' });
      return void response.end(JSON.stringify({ kind: 'Status', code: fault, message: `injected ${fault}` }));
    }
    const one = { response, isWatch: call.url.searchParams.has('watch') };
    this.open.add(one);
    const { host, connection, ...others } = headers;
    const outgoing = request(call.url, { method, headers: others, agent: this.agent }, (answer) => {
      call.status = answer.statusCode ?? 0;
      response.writeHead(call.status, answer.headers);
      // Those of a watch come before its first event.
      response.flushHeaders();
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    response.once('close', () => {
      this.open.delete(one);
      outgoing.destroy();
    });
    incoming.pipe(outgoing);
  }
}
