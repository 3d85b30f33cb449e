/** Milliseconds of the first and of the longest wait after failures. */
const [SHORTEST, LONGEST] = [200, 60_000];

/** What is told about a queue. */
export interface QueueObserver {
  /** Called when a key is taken, with the seconds that it waited. */
  taken(waited: number): void;
  /** Called when the work on a key has ended, with the seconds that it took. */
  worked(key: string, seconds: number, error?: unknown): void;
  added(): void;
}

/** Works on a key. @returns milliseconds after which to do so again; undefined for when something changes */
export type Work = (key: string) => Promise<number | undefined>;

/**
 * Keys in the order in which they came, each once. None is worked on twice at the same time: one that comes while it is
 * worked on is worked on again afterwards. Where work fails, it is done again, after ever longer waits.
 */
export class Queue {
  private readonly due = new Map<string, number>();
  private readonly working = new Map<string, number>();
  private readonly again = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly later = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  private running = false;
  private drained?: () => void;

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
    return performance.now() - Math.min(performance.now(), ...this.working.values());
  }

  /** Adds a key; nothing before the start and after a stop. */
  add(key: string): void {
    if (!this.running) return;
    if (this.working.has(key)) this.again.add(key);
    else if (!this.due.has(key)) {
      this.due.set(key, performance.now());
      this.observer.added();
      this.take();
    }
  }

  /** Adds a key after a time; of two times the earlier one counts. */
  addAfter(key: string, milliseconds: number): void {
    if (!this.running) return;
    const at = performance.now() + milliseconds;
    const planned = this.later.get(key);
    if (planned !== undefined && planned.at <= at) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      this.later.delete(key);
      this.add(key);
    }, milliseconds);
    this.later.set(key, { timer, at });
  }

  start(): void {
    this.running = true;
  }

  /** Forgets what is planned, and resolves when nothing is worked on. */
  stop(): Promise<void> {
    this.running = false;
    for (const { timer } of this.later.values()) clearTimeout(timer);
    for (const planned of [this.due, this.later, this.again, this.failures]) planned.clear();
    if (this.working.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.drained = resolve;
    });
  }

  private take(): void {
    while (this.working.size < this.concurrency) {
      const [next] = this.due;
      if (next === undefined) return;
      const [key, since] = next;
      this.due.delete(key);
      this.observer.taken((performance.now() - since) / 1000);
      void this.run(key);
    }
  }

  private async run(key: string): Promise<void> {
    const started = performance.now();
    this.working.set(key, started);
    let failure: unknown;
    try {
      const wait = await this.work(key);
      this.failures.delete(key);
      if (wait !== undefined) this.addAfter(key, wait);
    } catch (error) {
      failure = error;
      const failures = this.failures.get(key) ?? 0;
      if (this.running) this.failures.set(key, failures + 1);
      this.addAfter(key, Math.min(LONGEST, SHORTEST * 2 ** failures) * (0.75 + Math.random() / 2));
    }
    this.working.delete(key);
    this.observer.worked(key, (performance.now() - started) / 1000, failure);
    if (this.again.delete(key)) this.add(key);
    this.take();
    if (this.working.size === 0 && !this.running) this.drained?.();
  }
}
