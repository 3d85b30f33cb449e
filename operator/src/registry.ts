/** Milliseconds for which an answer is believed, and after which a question is given up. */
const [BELIEVED, PATIENCE] = [10_000, 3000];

/** Asks the registry which versions of models it has: a server whose model is missing only ends, again and again. */
export class Registry {
  private readonly answers = new Map<string, { readonly missing: boolean; readonly at: number }>();
  private readonly asked = new Set<string>();

  /**
   * Whether the registry is known not to have a version of a model. Asks where that is not known.
   * @param url - of the registry
   * @param answered - called where an answer comes that is another than the last
   */
  isMissing(url: string, model: string, version: number, answered: () => void): boolean {
    const path = `${url.replace(/\/$/, '')}/models/${encodeURIComponent(model)}/versions/${version}`;
    const known = this.answers.get(path);
    if (known === undefined || Date.now() - known.at > BELIEVED) void this.ask(path, answered);
    return known?.missing ?? false;
  }

  private async ask(path: string, answered: () => void): Promise<void> {
    if (this.asked.has(path)) return;
    this.asked.add(path);
    // A registry that cannot be asked, or that asks who we are, says nothing about the model.
    const status = await fetch(path, { signal: AbortSignal.timeout(PATIENCE) })
      .then(async (response) => {
        await response.body?.cancel();
        return response.status;
      })
      .catch(() => 0);
    const before = this.answers.get(path)?.missing ?? false;
    this.answers.set(path, { missing: status === 404, at: Date.now() });
    this.asked.delete(path);
    if (before !== (status === 404)) answered();
  }
}
