import type { IConstruct } from 'constructs';
import { pathOf } from './errors';

interface NoteSource {
  readonly construct: IConstruct;
  readonly note: () => readonly string[];
}

const sources = new WeakMap<IConstruct, NoteSource[]>();

/**
 * Registers what a reader of the synth should know although it is no error, asked for once the tree is finished.
 * It is to notes what `node.addValidation` is to errors.
 */
export function addNotes(construct: IConstruct, note: () => readonly string[]): void {
  const { root } = construct.node;
  const list = sources.get(root) ?? [];
  if (list.length === 0) sources.set(root, list);
  list.push({ construct, note });
}

/** The notes of a finished tree, each with the path of its construct. */
export function notes(root: IConstruct): readonly string[] {
  return (sources.get(root.node.root) ?? []).flatMap(({ construct, note }) =>
    note().map((text) => `${pathOf(construct)}: ${text}`),
  );
}
