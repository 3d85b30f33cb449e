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

/** Election of the one operator that writes, by a Lease. */
export class Lease {
  private readonly path: string;
  private readonly identity: string;
  private heldUntil = 0;
  private leading = false;
  /** The lease as it was last seen, and when: clocks of others are not believed. */
  private seen?: { readonly version: string; readonly at: number };

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
    while (!signal.aborted) {
      await this.attempt().catch((error) => log('warn', 'lease failed', { error: wordsOf(error) }));
      await this.tell(led);
      await sleep(EVERY, undefined, { signal }).catch(() => {});
    }
    const held = this.remaining > 0;
    await led(false);
    if (held) await this.release().catch((error) => log('warn', 'lease was not released', { error: wordsOf(error) }));
  }

  private async tell(led: (leading: boolean) => Promise<void> | void): Promise<void> {
    const leading = this.remaining > 0;
    if (leading === this.leading) return;
    this.leading = leading;
    log('info', leading ? 'leads' : 'leads no more', { identity: this.identity });
    await led(leading);
  }

  private async attempt(): Promise<void> {
    const started = performance.now();
    const live = await this.read();
    if (live === undefined) await this.write('POST', this.path, this.lease(this.identity));
    else {
      const {
        holderIdentity = '',
        leaseDurationSeconds = DURATION,
        leaseTransitions = 0,
        acquireTime,
      } = live.spec ?? {};
      const { resourceVersion } = live.metadata;
      if (this.seen?.version !== resourceVersion || !this.seen)
        this.seen = { version: resourceVersion, at: performance.now() };
      const expired = performance.now() - this.seen.at > leaseDurationSeconds * 1000;
      const mine = holderIdentity === this.identity;
      if (!mine && holderIdentity !== '' && !expired) {
        this.heldUntil = 0;
        return;
      }
      const transitions = mine ? leaseTransitions : leaseTransitions + 1;
      const wanted = this.lease(this.identity, transitions, mine ? acquireTime : undefined, resourceVersion);
      await this.write('PUT', `${this.path}/${this.name}`, wanted);
    }
    this.heldUntil = started + RENEWED_FOR;
  }

  private async release(): Promise<void> {
    const live = await this.read();
    if (live?.spec?.holderIdentity !== this.identity) return;
    const { leaseTransitions, acquireTime } = live.spec;
    const free = this.lease('', leaseTransitions, acquireTime, live.metadata.resourceVersion);
    await this.write('PUT', `${this.path}/${this.name}`, free);
    this.heldUntil = 0;
  }

  private lease(
    holderIdentity: string,
    leaseTransitions = 0,
    acquireTime?: string,
    resourceVersion?: string,
  ): Manifest {
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, namespace: this.namespace, resourceVersion },
      spec: {
        holderIdentity,
        leaseDurationSeconds: DURATION,
        leaseTransitions,
        acquireTime: acquireTime ?? renewTime,
        renewTime,
      },
    };
  }

  private async read(): Promise<Manifest | undefined> {
    try {
      return await this.api.request('GET', `${this.path}/${this.name}`, { timeout: RENEWED_FOR / 2 });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Writes it; the version in it makes the API server refuse what somebody else was faster with. */
  private async write(method: string, path: string, body: Manifest): Promise<void> {
    await this.api.request(method, path, { body, timeout: RENEWED_FOR / 2 });
  }
}
