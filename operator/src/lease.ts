import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Api, ApiError } from './api';
import { log, wordsOf } from './log';

/** Seconds for which a lease is believed after it was last seen to change: who waits takes it then. */
const DURATION = 10;
/** Milliseconds for which its holder writes after it last renewed it: less, so that the last write has ended by then. */
const RENEWED_FOR = 7000;
const EVERY = 2000;
const timeout = RENEWED_FOR / 2;

/** Election of the one operator that writes, by a Lease. */
export class Lease {
  private readonly path: string;
  private readonly identity: string;
  private heldUntil = 0;
  /** The lease as it was last written; undefined where another may have it now. */
  private own?: Manifest;
  /** That of another as it was last seen, and when: clocks of others are not believed. */
  private seen = { version: '', at: 0 };

  /** @param pod - that tries to get it */
  constructor(
    private readonly api: Api,
    private readonly namespace: string,
    private readonly name: string,
    pod: string,
  ) {
    this.path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    // A pod that starts again is another candidate: the one before may have requests under way.
    this.identity = `${pod}_${randomUUID()}`;
  }

  /** Milliseconds for which writing is allowed. */
  get remaining(): number {
    return Math.max(0, this.heldUntil - performance.now());
  }

  /** Tries to get the lease and to keep it, until the signal; then gives it back. */
  async run(signal: AbortSignal, led: (leading: boolean) => Promise<void> | void): Promise<void> {
    let leading = false;
    while (!signal.aborted) {
      await this.attempt().catch((error) => log('warn', 'lease failed', { error: wordsOf(error) }));
      if (leading !== this.remaining > 0) {
        leading = !leading;
        log('info', leading ? 'leads' : 'leads no more', { identity: this.identity });
        await led(leading);
      }
      await sleep(EVERY, undefined, { signal }).catch(() => {});
    }
    await led(false);
    this.heldUntil = 0;
    if (!this.own) return;
    await this.write(this.own, '').catch((error) => log('warn', 'lease was not released', { error: wordsOf(error) }));
  }

  private async attempt(): Promise<void> {
    const started = performance.now();
    const live = this.own ?? (await this.read());
    this.own = undefined;
    if (live && !this.isFree(live)) {
      this.heldUntil = 0;
      return;
    }
    this.own = await this.write(live, this.identity);
    this.heldUntil = started + RENEWED_FOR;
  }

  private isFree({ metadata: { resourceVersion: version }, spec = {} }: Manifest): boolean {
    const { holderIdentity = '', leaseDurationSeconds = DURATION } = spec;
    if (holderIdentity === '' || holderIdentity === this.identity) return true;
    const now = performance.now();
    if (this.seen.version !== version) this.seen = { version, at: now };
    return now - this.seen.at > leaseDurationSeconds * 1000;
  }

  private read(): Promise<Manifest | undefined> {
    return this.api.request('GET', `${this.path}/${this.name}`, { timeout }).catch((error) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
  }

  /** Writes it; the version in it makes the API server refuse what somebody else was faster with. */
  private write(live: Manifest | undefined, holderIdentity: string): Promise<Manifest> {
    const { name, namespace, path } = this;
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    const acquires = holderIdentity === this.identity && live?.spec?.holderIdentity !== this.identity;
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace, resourceVersion: live?.metadata.resourceVersion },
      spec: {
        ...live?.spec,
        ...(acquires && { acquireTime: renewTime, leaseTransitions: (live?.spec?.leaseTransitions ?? -1) + 1 }),
        ...{ holderIdentity, leaseDurationSeconds: DURATION, renewTime },
      },
    };
    return this.api.request(live ? 'PUT' : 'POST', live ? `${path}/${name}` : path, { body, timeout });
  }
}
