import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Api, ApiError } from './api';
import { log, wordsOf } from './log';

/** Seconds after which the server ends a watch, at the least and at the most: not all of them at once. */
const [LEAST, MOST] = [90, 150];
const PAGE = 500;
/** Milliseconds of the first and of the longest wait after a failure. */
const [SHORTEST, LONGEST] = [200, 10_000];

/** What a watch is about. */
export interface Watched {
  /** Path of the objects of one kind in one namespace. */
  readonly collection: string;
  /** @default - all of them */
  readonly labelSelector?: string;
  /** What is kept of an object. */
  readonly keep: (object: Manifest) => Manifest;
  /** Told every object that came, changed or went. */
  readonly changed: (object: Manifest) => void;
}

/** A copy of the objects of one kind in one namespace, which follows the API server. */
export class Watch {
  private readonly objects = new Map<string, Manifest>();
  /** Where the next watch goes on; undefined before the first list, and when the server has forgotten it. */
  private version?: string;
  private listed = false;
  private failures = 0;

  constructor(
    private readonly api: Api,
    private readonly watched: Watched,
  ) {}

  /** Whether it has had all objects. */
  get complete(): boolean {
    return this.listed;
  }

  /** Whether it is complete, and the server still answers. */
  get current(): boolean {
    return this.listed && this.failures < 3;
  }

  get(name: string): Manifest | undefined {
    return this.objects.get(name);
  }

  values(): IterableIterator<Manifest> {
    return this.objects.values();
  }

  /** Takes in what a write was answered with, unless the watch is already past it. */
  put(object: Manifest): void {
    if (Number(object.metadata.resourceVersion) > Number(this.version ?? Infinity)) this.store(object);
  }

  /** Follows the server until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.version === undefined) await this.list();
        await this.follow(signal);
        this.failures = 0;
        // Also where a CRD has changed: what came meanwhile lacks the fields that the one before did not have.
        this.version = undefined;
        await sleep(SHORTEST, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        const { status = 0, retryAfter = 0 } = error instanceof ApiError ? error : {};
        if (status === 410) this.version = undefined;
        else log('warn', 'watch failed', { collection: this.watched.collection, status, error: wordsOf(error) });
        const backOff = Math.min(LONGEST, SHORTEST * 2 ** this.failures) * (0.5 + Math.random());
        if (status !== 410) this.failures += 1;
        await sleep(Math.max(retryAfter * 1000, backOff), undefined, { signal }).catch(() => {});
      }
    }
  }

  private async list(): Promise<void> {
    const found = new Map<string, Manifest>();
    let page: Manifest | undefined;
    do {
      page = await this.api.request('GET', this.path({ limit: `${PAGE}`, continue: page?.metadata.continue ?? '' }));
      // A list says once what its items are.
      const type = { apiVersion: page.apiVersion, kind: page.kind.replace(/List$/, '') };
      for (const object of page.items) found.set(object.metadata.name, { ...type, ...object });
    } while (page.metadata.continue);
    this.version = page.metadata.resourceVersion;
    this.listed = true;
    this.failures = 0;
    for (const [name, object] of this.objects) if (!found.has(name)) this.remove(object);
    for (const object of found.values()) this.store(object);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const lasts = Math.round(LEAST + (MOST - LEAST) * Math.random());
    const options = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: `${lasts}` };
    const path = this.path({ ...options, resourceVersion: this.version ?? '' });
    // The server ends it; where the connection is dead it cannot.
    await this.api.stream(path, (lasts + 15) * 1000, (line) => this.read(line), signal);
  }

  private read(line: string): void {
    this.failures = 0;
    if (line === '') return;
    const { type, object } = JSON.parse(line);
    if (type === 'ERROR') throw new ApiError(object.code, object.message);
    this.version = object.metadata.resourceVersion;
    if (type === 'DELETED') this.remove(object);
    else if (type !== 'BOOKMARK') this.store(object);
  }

  private store(object: Manifest): void {
    const { name, uid, resourceVersion } = object.metadata;
    const before = this.objects.get(name);
    const kept = this.watched.keep(object);
    if (before?.metadata.uid === uid) {
      const ahead = Number(before?.metadata.resourceVersion) - Number(resourceVersion);
      if (ahead > 0 || (ahead === 0 && JSON.stringify(before?.spec) === JSON.stringify(kept.spec))) return;
    }
    this.objects.set(name, kept);
    if (before) this.watched.changed(before);
    this.watched.changed(kept);
  }

  private remove(object: Manifest): void {
    const before = this.objects.get(object.metadata.name);
    if (before === undefined || before.metadata.uid !== object.metadata.uid) return;
    this.objects.delete(before.metadata.name);
    this.watched.changed(before);
  }

  private path(query: Readonly<Record<string, string>>): string {
    const { collection, labelSelector = '' } = this.watched;
    const given = Object.entries({ ...query, labelSelector }).filter(([, value]) => value !== '');
    return `${collection}?${new URLSearchParams(given)}`;
  }
}
