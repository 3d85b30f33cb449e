import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../../lib/kube/objects/serialization';

const MERGE_PATCH = 'application/merge-patch+json';

/** The answer of an API server: an object, or what it says instead. */
export interface Answer {
  readonly status: number;
  readonly body: Manifest;
}

/** The API of Kubernetes, over the socket of a `kubectl proxy`, which knows how to log in. */
export class Api {
  constructor(private readonly socket: string) {}

  /** @throws Error with what Kubernetes said */
  async get(path: string): Promise<Manifest> {
    let answer = await this.send('GET', path);
    // For a while after its start, the API server has resources that it asks to be asked for later.
    while (answer.status === 429) {
      await sleep(500);
      answer = await this.send('GET', path);
    }
    return succeeded(path, answer);
  }

  /** The objects of a collection. @throws Error with what Kubernetes said */
  async list(path: string): Promise<readonly Manifest[]> {
    return (await this.get(path)).items;
  }

  /** @throws Error with what Kubernetes said */
  async create(path: string, body: Manifest): Promise<Manifest> {
    return succeeded(path, await this.send('POST', path, body));
  }

  /** Merges into an object. @throws Error with what Kubernetes said */
  async patch(path: string, body: Manifest): Promise<Manifest> {
    return succeeded(path, await this.send('PATCH', path, body, MERGE_PATCH));
  }

  /** Any request; nothing is thrown for what Kubernetes refuses. */
  send(method: string, path: string, body?: Manifest, contentType = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { host: 'localhost', 'content-type': contentType };
      const call = request({ socketPath: this.socket, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: parse(text) });
        });
      });
      call.once('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Where the objects of a kind are, for the kinds that the checks ask for. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  Pod: '/api/v1/{ns}/pods',
  Event: '/api/v1/{ns}/events',
  ConfigMap: '/api/v1/{ns}/configmaps',
  ResourceQuota: '/api/v1/{ns}/resourcequotas',
  LimitRange: '/api/v1/{ns}/limitranges',
  Deployment: '/apis/apps/v1/{ns}/deployments',
  StatefulSet: '/apis/apps/v1/{ns}/statefulsets',
  DaemonSet: '/apis/apps/v1/{ns}/daemonsets',
  Job: '/apis/batch/v1/{ns}/jobs',
  CronJob: '/apis/batch/v1/{ns}/cronjobs',
  PodDisruptionBudget: '/apis/policy/v1/{ns}/poddisruptionbudgets',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/{ns}/horizontalpodautoscalers',
  PodMetrics: '/apis/metrics.k8s.io/v1beta1/{ns}/pods',
};

/** Path of the objects of a kind, in one namespace or in all. */
export function collection(kind: string, namespace?: string): string {
  const path = COLLECTIONS[kind];
  if (path === undefined) throw new Error(`no collection of ${kind}`);
  return path.replace('{ns}/', namespace === undefined ? '' : `namespaces/${namespace}/`);
}

/** Path of an object that has a name and a namespace. */
export function pathOf({ kind, metadata }: Manifest): string {
  return `${collection(kind, metadata.namespace)}/${metadata.name}`;
}

function succeeded(path: string, { status, body }: Answer): Manifest {
  if (status < 200 || status >= 300) throw new Error(`${path}: ${status} ${body.message ?? JSON.stringify(body)}`);
  return body;
}

function parse(text: string): Manifest {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
