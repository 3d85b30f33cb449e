/** Which cluster printed commands are for. */
export interface KubectlOptions {
  /** Context of kubeconfig. @default - the current context of the user */
  readonly context?: string;
}

/** The options of `kubectl` that name the cluster, each one argument. */
export function kubectlOptions({ context }: KubectlOptions): string[] {
  return context === undefined ? [] : [`--context=${context}`];
}

/** Text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
