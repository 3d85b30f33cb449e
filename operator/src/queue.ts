/** Milliseconds of the first and of the longest wait after failures. */
const [SHORTEST, LONGEST] = [200, 60_000];

/** Milliseconds to wait after so many failures: ever more, and not the same for all that failed together. */
export function backOff(failures: number, longest: number): number {
  return Math.min(longest, SHORTEST * 2 ** failures) * (0.75 + Math.random() / 2);
}

/** What is told about a queue. */
export interface QueueObserver {
  added(): void;
  /** Called when the work on a key has ended, with the seconds that the key waited and that it took. */
  worked(key: string, waited: number, took: number, error?: unknown): void;
}

/** Works on a key. @returns milliseconds after which to do so again; undefined for when something changes */
export type Work = (key: string) => Promise<number | undefined>;

/**
 * Keys in the order in which they came, each once. None is worked on twice at the same time: one that comes while it is
 * worked on is worked on again afterwards. Where work fails, it is done again, after ever longer waits.
 */
export class Queue {
  private readonly due = new Map<string, number>();
  private readonly working = new Map<string, { readonly since: number; readonly ended: Promise<void> }>();
  private readonly again = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly later = new Map<string, NodeJS.Timeout>();
  private running = false;

  constructor(
    private readonly concurrency: number,
    private readonly work: Work,
    private readonly observer: QueueObserver,
  ) {}

  /** Keys that wait for their turn. */
  get depth(): number {
    return this.due.size;
  }

  /** Keys that are worked on. */
  get active(): number {
    return this.working.size;
  }

  /** Milliseconds that the longest work has taken so far. */
  get longest(): number {
    const now = performance.now();
    return now - Math.min(now, ...[...this.working.values()].map(({ since }) => since));
  }

  /** Adds a key; nothing before the start and after a stop. */
  add(key: string): void {
    if (!this.running || this.due.has(key)) return;
    if (this.working.has(key)) this.again.add(key);
    else {
      this.due.set(key, performance.now());
      this.observer.added();
      this.take();
    }
  }

  start(): void {
    this.running = true;
  }

  /** Forgets what is planned, and resolves when nothing is worked on. */
  async stop(): Promise<void> {
    this.running = false;
    for (const timer of this.later.values()) clearTimeout(timer);
    for (const planned of [this.due, this.later, this.again, this.failures]) planned.clear();
    await Promise.all([...this.working.values()].map(({ ended }) => ended));
  }

  private take(): void {
    for (const [key, added] of this.due) {
      if (this.working.size === this.concurrency) return;
      this.due.delete(key);
      const since = performance.now();
      // In the map before it begins: work may add its own key.
      const work = { since, ended: Promise.resolve() };
      this.working.set(key, work);
      work.ended = this.run(key, since, (since - added) / 1000);
    }
  }

  private async run(key: string, since: number, waited: number): Promise<void> {
    clearTimeout(this.later.get(key));
    this.later.delete(key);
    let wait: number | undefined;
    let failure: unknown;
    try {
      wait = await this.work(key);
      this.failures.delete(key);
    } catch (error) {
      failure = error;
      const failures = this.failures.get(key) ?? 0;
      if (this.running) this.failures.set(key, failures + 1);
      wait = backOff(failures, LONGEST);
    }
    this.working.delete(key);
    this.observer.worked(key, waited, (performance.now() - since) / 1000, failure);
    if (this.again.delete(key)) this.add(key);
    else if (this.running && wait !== undefined)
      this.later.set(
        key,
        setTimeout(() => this.add(key), wait),
      );
    this.take();
  }
}
