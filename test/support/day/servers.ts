import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';

/** A server that answers as ZenML, MinIO and others do, as far as the commands of the day ask them, and one as PostgreSQL does. */
export class DayServers {
  /** Forms that logins posted. */
  readonly logins: string[] = [];
  /** Files that were put into buckets, by path. */
  readonly files = new Map<string, string>();

  private constructor(
    private readonly hasStack: (name: string) => boolean,
    private readonly http: Server,
    private readonly postgres: TcpServer,
  ) {}

  /** @param hasStack - whether ZenML has a stack */
  static async start(hasStack: (name: string) => boolean): Promise<DayServers> {
    const http = createServer();
    const postgres = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data) => socket.end(data.length === 8 ? 'N' : ''));
    });
    await Promise.all(
      [http, postgres].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
    );
    const servers = new DayServers(hasStack, http, postgres);
    http.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      request.on('end', () => {
        const [status, answer] = servers.answer(request.method ?? '', request.url ?? '', request.headers, body);
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(answer);
      });
    });
    return servers;
  }

  /** The ports of both. */
  get backends(): string {
    const port = (server: Server | TcpServer) => (server.address() as AddressInfo).port;
    return JSON.stringify({ http: port(this.http), postgres: port(this.postgres) });
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await Promise.all([this.http, this.postgres].map((server) => new Promise((done) => server.close(done))));
  }

  private answer(
    method: string,
    path: string,
    headers: Readonly<Record<string, unknown>>,
    body: string,
  ): [number, string] {
    if (path === '/api/v1/login') {
      this.logins.push(body);
      return [200, JSON.stringify({ access_token: 'token-of-zenml', token_type: 'bearer' })];
    }
    if (path.startsWith('/api/v1/stacks')) {
      if (headers.authorization !== 'Bearer token-of-zenml') return [401, '{}'];
      const name = new URL(path, 'http://localhost').searchParams.get('name') ?? '';
      return [200, JSON.stringify({ total: this.hasStack(name) ? 1 : 0, items: [] })];
    }
    if (method === 'PUT') this.files.set(path, body);
    return [200, '{}'];
  }
}
