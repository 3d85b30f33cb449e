import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { wordsOf } from './log';

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
  /** @default 'application/json' */
  readonly contentType?: string;
  /** Milliseconds of silence after which it is given up. @default 15000 */
  readonly timeout?: number;
  /** Told an empty line when the answer begins, then each line of it as it comes. @default - the answer is one object */
  readonly line?: (text: string) => void;
}

/** Requests to the API server, over connections that are kept. */
export class Api {
  private readonly server: URL;
  private readonly agent: http.Agent;

  /** @param answered - is told each answer, for the metrics */
  constructor(
    private readonly config: KubeConfig,
    private readonly answered: (method: string, code: string) => void = () => {},
  ) {
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error('there must be a cluster: that of the pod, or the current context of KUBECONFIG');
    this.server = new URL(cluster.server);
    this.agent = new (this.server.protocol === 'http:' ? http : https).Agent({ keepAlive: true });
  }

  /** The object that is answered. @throws ApiError */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Manifest> {
    const { line } = options;
    let status = 0;
    try {
      const response = await this.send(method, path, options);
      status = response.statusCode ?? 0;
      const answers = status < 300;
      if (answers) line?.('');
      let text = '';
      for await (const part of response.setEncoding('utf8')) {
        text += part;
        if (!answers || !line) continue;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        lines.forEach(line);
      }
      if (!answers) throw new ApiError(status, said(text), Number(response.headers['retry-after']) || 0);
      return line ? {} : JSON.parse(text);
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0, `${method} ${path}: ${wordsOf(error)}`);
    } finally {
      this.answered(method, status === 0 ? '<error>' : String(status));
    }
  }

  private async send(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const { body, contentType = 'application/json', timeout = 15_000, line } = options;
    const payload = body && JSON.stringify(body);
    const url = new URL(this.server.pathname.replace(/\/$/, '') + path, this.server);
    const access: https.RequestOptions = { headers: {} };
    // Each time: the token of a pod is replaced before it expires.
    await this.config.applyToHTTPSOptions(access);
    // Node.js does not say by itself how long the body of a DELETE is.
    const ofBody = payload && { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) };
    const headers = { ...(access.headers as http.OutgoingHttpHeaders), accept: 'application/json', ...ofBody };
    return await new Promise((resolve, reject) => {
      const { request } = url.protocol === 'http:' ? http : https;
      const call = request(url, { ...access, method, headers, timeout, agent: this.agent }, resolve);
      call.on('error', reject);
      call.on('timeout', () => call.destroy(new Error(`no answer within ${timeout} ms`)));
      // A watch on a dead connection is silent, like one of objects that do not change.
      if (line) call.setSocketKeepAlive(true, 10_000);
      call.end(payload);
    });
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
