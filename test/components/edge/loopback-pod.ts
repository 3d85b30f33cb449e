import { createServer, type Server } from 'node:http';
import { eventually } from '../../support/haproxy';

/** A server on a loopback address of its own, that says who it is. */
export class LoopbackPod {
  ready = true;
  requests = 0;
  /** Answers of `/slow` that the test has not let go yet. */
  private readonly held: (() => void)[] = [];
  private readonly server: Server;

  constructor(readonly address: string) {
    this.server = createServer((request, response) => {
      if (request.url === '/ready') {
        response.writeHead(this.ready ? 200 : 503).end();
        return;
      }
      this.requests += 1;
      const answer = () => response.end(this.address);
      if (request.url === '/slow') this.held.push(answer);
      else answer();
    });
  }

  /** Waits until so many requests are held up. */
  holds(count: number): Promise<void> {
    return eventually(
      async () => this.held.length === count,
      () => `${this.held.length} requests are held up, not ${count}`,
    );
  }

  /** Answers the requests that are held up. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** @returns its port */
  listen(port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(port, this.address, () => resolve(portOf(this.server)));
    });
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A network of the loopback interface that no other test is likely to have. */
export function subnet(): string {
  const net = () => 2 + Math.floor(Math.random() * 250);
  return `127.${net()}.${net()}`;
}
