import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Api, ApiError } from './api';
import { log, wordsOf } from './log';
import { backOff } from './queue';

/** Seconds after which the server ends a watch, at the least and at the most: not all of them at once. */
const [LEAST, MOST] = [90, 150];
const PAGE = 500;
/** Milliseconds of the longest wait after a failure. */
const LONGEST = 10_000;

/** A copy of the objects of one kind in one namespace, which follows the API server. */
export class Watch {
  /** Whether it has had all objects. */
  complete = false;
  private readonly objects = new Map<string, Manifest>();
  private version = Infinity;
  private failures = 0;

  /**
   * @param collection - path of the objects of one kind in one namespace
   * @param changed - told every object that came, changed or went
   * @param labelSelector - '' for all of them
   */
  constructor(
    private readonly api: Api,
    private readonly collection: string,
    private readonly changed: (object: Manifest) => void,
    private readonly labelSelector = '',
  ) {}

  /** Whether it is complete, and the server still answers. */
  get current(): boolean {
    return this.complete && this.failures < 3;
  }

  get(name: string): Manifest | undefined {
    return this.objects.get(name);
  }

  values(): IterableIterator<Manifest> {
    return this.objects.values();
  }

  /** Takes in what a write was answered with, unless the watch is already past it. */
  put(object: Manifest): void {
    if (Number(object.metadata.resourceVersion) > this.version) this.store(object);
  }

  /** Follows the server for ever: by a list, and a watch from there until the server ends it. */
  async run(): Promise<never> {
    for (;;) {
      let wait = backOff(0, LONGEST);
      try {
        await this.list();
        await this.follow();
      } catch (error) {
        const { status = 0, retryAfter = 0 } = error instanceof ApiError ? error : {};
        log('warn', 'watch failed', { collection: this.collection, status, error: wordsOf(error) });
        wait = Math.max(retryAfter * 1000, backOff(this.failures, LONGEST));
        this.failures += 1;
      }
      await sleep(wait);
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
    this.version = Number(page.metadata.resourceVersion);
    this.complete = true;
    for (const [name, object] of this.objects) if (!found.has(name)) this.remove(object);
    for (const object of found.values()) this.store(object);
  }

  private async follow(): Promise<void> {
    const lasts = Math.round(LEAST + (MOST - LEAST) * Math.random());
    const options = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: `${lasts}` };
    const path = this.path({ ...options, resourceVersion: `${this.version}` });
    // The server ends it; where the connection is dead it cannot.
    await this.api.request('GET', path, { timeout: (lasts + 15) * 1000, line: (text) => this.read(text) });
  }

  private read(line: string): void {
    this.failures = 0;
    if (line === '') return;
    const { type, object } = JSON.parse(line);
    if (type === 'ERROR') throw new ApiError(object.code, object.message);
    this.version = Number(object.metadata.resourceVersion);
    if (type === 'DELETED') this.remove(object);
    else if (type !== 'BOOKMARK') this.store(object);
  }

  private store(object: Manifest): void {
    const { name, uid, resourceVersion } = object.metadata;
    const before = this.objects.get(name);
    if (before?.metadata.uid === uid) {
      const ahead = Number(before?.metadata.resourceVersion) - Number(resourceVersion);
      // Where a CRD changes, an object of one version is handed out without its new fields, and then with them.
      if (ahead > 0 || (ahead === 0 && JSON.stringify(before?.spec) === JSON.stringify(object.spec))) return;
    }
    object.metadata.managedFields = undefined;
    this.objects.set(name, object);
    if (before) this.changed(before);
    this.changed(object);
  }

  private remove({ metadata: { name, uid } }: Manifest): void {
    const before = this.objects.get(name);
    if (before === undefined || before.metadata.uid !== uid) return;
    this.objects.delete(name);
    this.changed(before);
  }

  private path(query: Readonly<Record<string, string>>): string {
    const given = Object.entries({ ...query, labelSelector: this.labelSelector }).filter(([, value]) => value !== '');
    return `${this.collection}?${new URLSearchParams(given)}`;
  }
}
