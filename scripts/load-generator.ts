import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Load {
  /** Where requests are posted to. */
  readonly url: URL;
  /** JSON body of every request. */
  readonly body: string;
  /** How many requests there are. */
  readonly requests: number;
  /** How many are on their way at the same time. */
  readonly concurrency: number;
  /** How long one may take, in milliseconds. */
  readonly timeout: number;
}

/** What became of one request. */
export interface Answer {
  /** HTTP status, or the code of an error: `ECONNREFUSED`, `timeout`. */
  readonly status: string;
  /** In milliseconds. */
  readonly duration: number;
}

/** Sends requests, as many at a time as `concurrency` says, and tells of each one when it is answered. */
export async function generateLoad(load: Load, answered: (answer: Answer) => void): Promise<void> {
  let left = load.requests;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      const status = await send(load);
      answered({ status, duration: performance.now() - start });
    }
  };
  await Promise.all(Array.from({ length: Math.min(load.concurrency, load.requests) }, client));
}

/** What came of all requests, as lines to print. */
export function report(answers: readonly Answer[], seconds: number): string {
  const counts = new Map<string, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  const good = answers.filter(succeeded).map(({ duration }) => duration);
  const statuses = [...counts].sort().map(([status, count]) => `${status}: ${count}`);
  return [
    `requests    ${answers.length} in ${seconds.toFixed(1)} s`,
    `status      ${statuses.join(', ')}`,
    `throughput  ${(good.length / seconds).toFixed(2)} successful requests a second`,
    `p50         ${milliseconds(percentile(good, 50))}`,
    `p95         ${milliseconds(percentile(good, 95))}`,
    `slowest     ${milliseconds(percentile(good, 100))}`,
  ].join('\n');
}

/** Whether a request was answered with what it asked for. */
export function succeeded({ status }: Answer): boolean {
  return /^2\d\d$/.test(status);
}

/** The smallest value that at least `percent` of all values do not exceed; undefined where there are none. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

function send({ url, body, timeout }: Load): Promise<string> {
  return new Promise((resolve) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    // Each on a connection of its own: a connection stays with its pod, and one that is kept open would never reach
    // the pods that the autoscaler adds.
    const outgoing = request(url, { method: 'POST', headers, agent: false }, (response: IncomingMessage) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', fail);
    });
    const timer = setTimeout(() => {
      resolve('timeout');
      outgoing.destroy();
    }, timeout);
    outgoing.on('error', fail);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(body);

    function fail(error: NodeJS.ErrnoException): void {
      resolve(error.code ?? error.message);
    }
  });
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? 'none succeeded' : `${Math.round(value)} ms`;
}
