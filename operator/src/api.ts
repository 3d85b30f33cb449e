import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Manifest } from '../../lib/kube/objects/serialization';

/** What the API server says instead of doing what it was asked; status 0 where it said nothing. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Seconds that it asks to be left alone for. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** What a request has beside its method and its path. */
export interface RequestOptions {
  readonly body?: Manifest;
  readonly contentType?: string;
  /** Milliseconds after which it is given up. @default 15000 */
  readonly timeout?: number;
}

type Credentials = Pick<https.RequestOptions, 'ca' | 'cert' | 'key' | 'headers' | 'auth' | 'rejectUnauthorized'>;

/** Milliseconds for which credentials are kept: the token of a pod is replaced before it expires. */
const KEPT = 30_000;

/** Requests to the API server, over connections that are kept. */
export class Api {
  private readonly server: URL;
  private readonly agents: readonly [calls: https.Agent | http.Agent, streams: https.Agent | http.Agent];
  private credentials?: { readonly value: Promise<Credentials>; readonly until: number };

  /** @param answered - is told each answer, for the metrics */
  constructor(
    private readonly config: KubeConfig,
    private readonly answered: (method: string, code: string) => void = () => {},
  ) {
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error('there must be a cluster: that of the pod, or the current context of KUBECONFIG');
    this.server = new URL(cluster.server);
    const { Agent } = this.server.protocol === 'http:' ? http : https;
    this.agents = [new Agent({ keepAlive: true, maxSockets: 32 }), new Agent({ keepAlive: false })];
  }

  /** The object that is answered. @throws ApiError */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Manifest> {
    let text = '';
    await this.send(method, path, this.agents[0], { timeout: 15_000, ...options }, (part) => {
      text += part;
    });
    return JSON.parse(text);
  }

  /**
   * Reads an answer that does not end, line by line, until the server ends it; an empty line tells that it has begun.
   * @throws ApiError
   */
  async stream(path: string, timeout: number, line: (text: string) => void, signal?: AbortSignal): Promise<void> {
    let rest = '';
    const read = (part: string) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(line);
    };
    await this.send('GET', path, this.agents[1], { timeout }, read, signal);
  }

  private async send(
    method: string,
    path: string,
    agent: http.Agent | https.Agent,
    { body, contentType = 'application/json', timeout }: RequestOptions,
    read: (part: string) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { headers, ...credentials } = await this.currentCredentials();
    const payload = body && JSON.stringify(body);
    const url = new URL(this.server.pathname.replace(/\/$/, '') + path, this.server);
    // Node.js does not say by itself how long the body of a DELETE is.
    const length = Buffer.byteLength(payload ?? '');
    const ofBody = payload && { 'content-type': contentType, 'content-length': length };
    const all = { ...headers, accept: 'application/json', ...ofBody };
    const options = { ...credentials, method, agent, headers: all, signal };
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        clearTimeout(timer);
        this.answered(method, error instanceof ApiError ? String(error.status) : '<error>');
        reject(error instanceof ApiError ? error : new ApiError(0, `${method} ${path}: ${error.message}`));
      };
      const call = (url.protocol === 'http:' ? http : https).request(url, options, (response) => {
        const { statusCode: status = 0, headers: answer } = response;
        let refusal = '';
        if (status < 300) read('\n');
        response.setEncoding('utf8').on('data', (part) => {
          try {
            if (status < 300) read(part);
            else refusal += part;
          } catch (error) {
            call.destroy(error as Error);
          }
        });
        response.once('error', fail);
        response.once('end', () => {
          if (status >= 300) return fail(new ApiError(status, said(refusal), Number(answer['retry-after']) || 0));
          clearTimeout(timer);
          this.answered(method, String(status));
          resolve();
        });
      });
      const timer = setTimeout(() => call.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
      call.once('error', fail);
      // A watch on a dead connection is silent, like one of objects that do not change.
      if (signal) call.setSocketKeepAlive(true, 10_000);
      call.end(payload);
    });
  }

  private currentCredentials(): Promise<Credentials> {
    if (this.credentials === undefined || Date.now() > this.credentials.until) {
      const options: https.RequestOptions = { headers: {} };
      const value = this.config.applyToHTTPSOptions(options).then(() => {
        const { ca, cert, key, headers, auth, rejectUnauthorized } = options;
        return { ca, cert, key, headers, auth, rejectUnauthorized };
      });
      this.credentials = { value, until: Date.now() + KEPT };
    }
    return this.credentials.value;
  }
}

/** The message of a Status, or the text itself. */
function said(text: string): string {
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text.trim();
  }
}
