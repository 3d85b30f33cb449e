import type { Construct } from 'constructs';
import { addNotes } from '../../kube/objects/notes';

/** How pods learn that a Secret has changed whose values are not known at synth. */
export interface SecretRevisions {
  /**
   * Any text, by name of the Secret, in every namespace. Give it another one after the Secret has changed: the pods that
   * read it, those of helm charts included, are then replaced, and the Job of the database roles runs again.
   * @default - pods keep the values that they started with
   */
  readonly revisions?: Readonly<Record<string, string>>;
}

/** The revision of each Secret that is asked for; a note for those of Secrets that nothing asks for. */
export function revisionsOf(revisions: Readonly<Record<string, string>> = {}) {
  const asked = new Set<string>();
  return (scope: Construct, name: string): string | undefined => {
    if (asked.size === 0) {
      const unused = () => Object.keys(revisions).filter((known) => !asked.has(known));
      addNotes(scope.node.root, () =>
        unused().map((known) => `'revisions' names '${known}', a Secret that nothing reads`),
      );
    }
    asked.add(name);
    return Object.hasOwn(revisions, name) ? revisions[name] : undefined;
  };
}
