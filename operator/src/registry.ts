/** Milliseconds for which an answer is believed, and after which a question is given up. */
const [BELIEVED, PATIENCE] = [10_000, 3000];

interface Answer {
  readonly path: string;
  readonly missing: boolean;
  readonly until: number;
}

/** Asks the registry which versions of models it has: a server whose model is missing only ends, again and again. */
export class Registry {
  private readonly answers = new Map<string, Answer>();

  /** @param answered - called with the key of a ModelDeployment where an answer comes that is another than the last */
  constructor(private readonly answered: (key: string) => void) {}

  /**
   * Whether the registry is known not to have the version of a model that a ModelDeployment names. Asks where that is not
   * known.
   * @param url - of the registry
   */
  isMissing(key: string, url: string, model: string, version: number): boolean {
    const path = `${url.replace(/\/$/, '')}/models/${encodeURIComponent(model)}/versions/${version}`;
    const known = this.answers.get(key);
    const last = known?.path === path ? known : { path, missing: false, until: 0 };
    if (Date.now() > last.until) {
      this.answers.set(key, { ...last, until: Date.now() + PATIENCE });
      void this.ask(key, last);
    }
    return last.missing;
  }

  forget(key: string): void {
    this.answers.delete(key);
  }

  private async ask(key: string, { path, missing: before }: Answer): Promise<void> {
    // A registry that cannot be asked, or that asks who we are, says nothing about the model.
    const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
    await answer?.body?.cancel().catch(() => {});
    if (this.answers.get(key)?.path !== path) return;
    const missing = answer?.ok || answer?.status === 404 ? !answer.ok : before;
    this.answers.set(key, { path, missing, until: Date.now() + BELIEVED });
    if (before !== missing) this.answered(key);
  }
}
