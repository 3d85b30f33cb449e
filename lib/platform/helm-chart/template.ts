import { Yaml } from 'cdk8s';
import { isObject } from '../../kube/objects/known-props';

/** The start of a word that no manifest has. It stands for a piece of a template, which is in it in hexadecimal digits. */
const WORD = 'helm-template-';
const PIECE = new RegExp(`${WORD}[a-z]+-([0-9a-f]+)x`);
/** The line of an entry of a list or a map, or of a text, that is a statement. */
const STATEMENT = new RegExp(`^ *(?:- )?(${WORD}statement-[0-9a-f]+x).*$`, 'gm');
const IF = `${WORD}if`;

/** An entry of a list or a map, or a line of a text, and on which condition of templates it is there. */
interface Entry {
  readonly key?: string;
  readonly condition?: string;
  readonly content: unknown;
}

/**
 * A word that stands for a piece of a template.
 * @param kind - it writes a part of a text, all of a value (as JSON), or is a statement
 */
export function piece(kind: 'text' | 'value' | 'statement', template: string): string {
  return `${WORD}${kind}-${Buffer.from(template).toString('hex')}x`;
}

/** In place of an entry of a manifest, one that is there where a condition of templates is met. */
export function conditional(condition: string, content: unknown): object {
  return { [IF]: condition, content };
}

/** What is in an entry, and its condition, if it has one. */
export function entryOf(value: unknown): Entry {
  return isObject(value) && IF in value ? { condition: `${value[IF]}`, content: value.content } : { content: value };
}

/** Whether a value is a text of several lines, in which pieces are written where they are. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\n');
}

/** Whether there is a piece of a template anywhere in a value. */
export function hasPiece(value: unknown): boolean {
  return JSON.stringify(value)?.includes(WORD) ?? false;
}

/** What a template has for a value that is no list and no map. */
export function jsonTemplate(value: unknown): string {
  return withPieces(isWritten(value) ? value : JSON.stringify(value));
}

/** A manifest, or a part of one, as a template. What is no piece is written as it is, braces included. */
export function yamlTemplate(value: unknown): string {
  return withPieces(Yaml.stringify(asYaml(value)).replace(/\n$/, '').replace(STATEMENT, '$1'));
}

/** A text of lines, some of which are conditional. */
export function textOf(lines: readonly unknown[]): string {
  const all = withStatements(lines.map(entryOf));
  return all.map(({ content }) => content).join('\n');
}

function isWritten(value: unknown): value is string {
  return typeof value === 'string' && /^helm-template-(value|statement)-/.test(value);
}

/** A text with its pieces as they are in a template. */
function withPieces(text: string): string {
  // `{` before a piece, too, would be taken for the start of an expression.
  const escaped = (plain: string) => plain.replace(/\{\{|\{$/g, (braces) => `{{ ${JSON.stringify(braces)} }}`);
  const parts = text.split(PIECE);
  return parts.map((part, index) => (index % 2 === 0 ? escaped(part) : `${Buffer.from(part, 'hex')}`)).join('');
}

/** A value whose pieces are words. In a map, what is conditional comes last, so that another key is the first. */
function asYaml(value: unknown): unknown {
  if (Array.isArray(value)) return withStatements(value.map(entryOf)).map(({ content }) => asYaml(content));
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, content]) => ({ key: `${asYaml(key)}`, ...entryOf(content) }));
    entries.sort((a, b) => Number(a.condition !== undefined) - Number(b.condition !== undefined));
    return Object.fromEntries(withStatements(entries).map(({ key, content }) => [key, asYaml(content)]));
  }
  const isLine = typeof value === 'string' && !isWritten(value) && !isText(value) && hasPiece(value);
  return isLine ? piece('value', jsonTemplate(value)) : value;
}

/** Entries with statements around those that are conditional; those beside each other on one condition share them. */
function withStatements(entries: readonly Entry[]): readonly Entry[] {
  return entries.flatMap((entry, index) => {
    const { key, condition } = entry;
    if (condition === undefined) return [entry];
    const statement = (template: string): Entry => {
      const content = piece('statement', template);
      // A map has a key once.
      return { key: `${content}${key}`, content };
    };
    const start = entries[index - 1]?.condition === condition ? [] : [statement(`{{- if ${condition} }}`)];
    const end = entries[index + 1]?.condition === condition ? [] : [statement('{{- end }}')];
    return [...start, entry, ...end];
  });
}
