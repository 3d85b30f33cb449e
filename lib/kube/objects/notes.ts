import type { IConstruct } from 'constructs';
import { pathOf } from './errors';
import { perApp } from './per-app';

interface NoteSource {
  readonly construct: IConstruct;
  readonly note: () => readonly string[];
}

const sourcesOf = perApp('notes', (): NoteSource[] => []);

/**
 * Registers what a reader of the synth should know although it is no error, asked for once the tree is finished.
 * It is to notes what `node.addValidation` is to errors.
 */
export function addNotes(construct: IConstruct, note: () => readonly string[]): void {
  sourcesOf(construct).push({ construct, note });
}

/** The notes of a finished tree, each with the path of its construct. */
export function notes(root: IConstruct): readonly string[] {
  return sourcesOf(root).flatMap(({ construct, note }) => note().map((text) => `${pathOf(construct)}: ${text}`));
}
