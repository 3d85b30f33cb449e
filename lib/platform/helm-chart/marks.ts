import { Yaml } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';

/**
 * A part of a template: an expression of Go templates with the JSON of any value, of a `word` without any character that
 * YAML could take for something else, or with text as it is (`inline`); or `lines` of the template.
 */
interface Part {
  readonly type: 'value' | 'word' | 'inline' | 'lines';
  readonly go: string;
  /** Tells parts with the same text from each other: a map has a key once. */
  readonly id: string;
}

/** A word that no manifest has. */
const WORD = 'helm-value-mark-';
const MARK = new RegExp(`${WORD}([0-9]+)x`);

/** Marks in manifests, which become parts of helm templates. What is not marked is written as it is, braces included. */
export class Marks {
  private readonly parts: Part[] = [];

  /** @param location - what errors name */
  constructor(private readonly location: string) {}

  /** The mark of a part, the same for the same part. */
  add(type: Part['type'], go: string, id = ''): string {
    const found = this.parts.findIndex((part) => part.type === type && part.go === go && part.id === id);
    return `${WORD}${found >= 0 ? found : this.parts.push({ type, go, id }) - 1}x`;
  }

  /** Whether an expression is part of one that a mark stands for. */
  uses(expression: string): boolean {
    return this.parts.some(({ go }) => go.includes(expression));
  }

  /** Entries of a map or a list that are left out where a condition is not met; in a map they are not the first. */
  around(condition: string, key: string, content: unknown): Readonly<Record<string, unknown>> {
    const start = this.add('lines', `{{- if ${condition} }}`, key);
    return { [start]: null, [key]: content, [this.add('lines', '{{- end }}', `${key} ${condition}`)]: null };
  }

  /** One of two texts, numbers or booleans; of texts with as many lines, line by line. */
  choice(condition: string, one: unknown, other: unknown): string {
    const [lines, others] = [one, other].map((text) => String(text).split('\n')) as [string[], string[]];
    const isText = lines.length > 1 && lines.length === others.length;
    const go = (yes: unknown, no: unknown) =>
      `ternary ${[yes, no].map((each) => this.argument(each)).join(' ')} ${condition}`;
    if (!isText) return this.add('value', go(one, other));
    return lines
      .map((line, index) => (line === others[index] ? line : this.add('word', go(line, others[index]))))
      .join('\n');
  }

  /** Whether there is a mark anywhere in a value. */
  isIn(value: unknown): boolean {
    return JSON.stringify(value)?.includes(WORD) ?? false;
  }

  /** A value with marks as lines of a template. */
  template(value: unknown): string {
    const line = new RegExp(`^ *(?:- )?${MARK.source}(?:: null)?$`);
    const yaml = Yaml.stringify(mapTexts(value, (text) => this.joined(text)));
    const lines = yaml.replace(/\n$/, '').split('\n');
    return lines
      .map((text) => {
        const part = this.parts[Number(line.exec(text)?.[1])];
        if (part?.type === 'lines') return part.go;
        // `{` before a mark, too, would be taken for the start of an expression.
        const escaped = (piece: string) => piece.replace(/\{\{|\{$/g, (braces) => `{{ ${JSON.stringify(braces)} }}`);
        return this.replaced(text, escaped, ({ type, go }) => `{{ ${go}${type === 'inline' ? '' : ' | toJson'} }}`);
      })
      .join('\n');
  }

  /** A text that is more than a mark is one expression, so that any value in it is written as it must be. */
  private joined(text: string): string {
    const pieces = text.split(MARK);
    if (pieces.length === 1 || pieces.join('') === pieces[1]) return text;
    if (!text.includes('\n')) return this.add('value', this.argument(text).slice(1, -1));
    // So that a text of several lines can be read, what is in it is written there.
    return this.replaced(text, String, ({ type, go }) => {
      requireProp(type === 'word', this.location, 'values', 'be whole numbers in a text of several lines', go);
      return this.add('inline', go);
    });
  }

  /** An argument of Go templates: a text with marks, a number or a boolean. */
  private argument(value: unknown): string {
    if (typeof value !== 'string' || !this.isIn(value)) return JSON.stringify(value);
    const marks: string[] = [];
    const format = this.replaced(
      value,
      (piece) => piece.replaceAll('%', '%%'),
      ({ go }) => {
        marks.push(go.includes(' ') ? `(${go})` : go);
        return '%v';
      },
    );
    return `(printf ${[JSON.stringify(format), ...marks].join(' ')})`;
  }

  private replaced(text: string, piece: (text: string) => string, mark: (part: Part) => string): string {
    const pieces = text.split(MARK);
    return pieces
      .map((each, index) => (index % 2 === 0 ? piece(each) : mark(this.parts[Number(each)] as Part)))
      .join('');
  }
}

/** A value of JSON with other texts. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value, (_, entry) => (typeof entry === 'string' ? change(entry) : entry)));
}
