import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import type { Answer } from './api';
import { until } from './settle';

/** Path of the objects of each kind of a group, with `{ns}` for the namespace. */
type Paths = ReadonlyMap<string, string>;

/** Asks an API server whether it would create objects, over connections that are kept: several hundred a second. */
export class DryRun {
  private readonly agent: Agent;
  private readonly server: string;
  private readonly authorization: string;
  private readonly groups = new Map<string, Promise<Paths>>();

  /** @param kubeconfig - one that this repository wrote: JSON, with a token */
  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    const { server, 'certificate-authority': authority } = clusters[0].cluster;
    this.server = server;
    this.authorization = `Bearer ${users[0].user.token}`;
    this.agent = new Agent({ keepAlive: true, maxSockets: 16, ca: readFileSync(authority) });
  }

  /** What the API server says against an object; undefined where it takes it. @throws Error for a kind that it does not have */
  async refusal(object: Manifest): Promise<string | undefined> {
    const path = `${await this.pathOf(object)}?dryRun=All&fieldValidation=Strict`;
    const { status, body } = await this.send('POST', path, object);
    return status < 300 ? undefined : `${object.kind} ${object.metadata.name}: ${body.message}`;
  }

  /** Creates an object. @throws Error with what the API server says */
  async create(object: Manifest): Promise<void> {
    const { status, body } = await this.send('POST', await this.pathOf(object), object);
    if (status >= 300) throw new Error(body.message);
  }

  /** Creates CRDs, and waits until objects of their kinds can be. */
  async define(definitions: readonly Manifest[]): Promise<void> {
    for (const definition of definitions) await this.create(definition);
    for (const { spec } of definitions) {
      const path = `/apis/${spec.group}/${spec.versions[0].name}/${spec.names.plural}`;
      const isServed = await until(async () => (await this.send('GET', path)).status === 200, 60);
      if (!isServed) throw new Error(`${path} is not served`);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  /** Path of the objects of a kind, in the namespace of one of them. */
  private async pathOf({ apiVersion, kind, metadata }: Manifest): Promise<string> {
    const known = this.groups.get(apiVersion) ?? this.discover(apiVersion);
    this.groups.set(apiVersion, known);
    const path = (await known).get(kind);
    if (path === undefined) throw new Error(`the API server has no ${kind} of ${apiVersion}`);
    return path.replace('{ns}', metadata.namespace);
  }

  private async discover(apiVersion: string): Promise<Paths> {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources = [] } = (await this.send('GET', group)).body;
    const own = (resources as Manifest[]).filter(({ name }) => !name.includes('/'));
    return new Map(
      own.map(({ name, kind, namespaced }) => [kind, `${group}${namespaced ? '/namespaces/{ns}' : ''}/${name}`]),
    );
  }

  private send(method: string, path: string, body?: Manifest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: this.authorization, 'content-type': 'application/json' };
      const call = request(`${this.server}${path}`, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.includes('json');
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : { message: text } });
        });
      });
      call.once('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
