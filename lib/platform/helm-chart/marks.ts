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

/** Marks in manifests, which become parts of helm templates. What is not marked is written as it is, braces included. */
export class Marks {
  private readonly parts: Part[] = [];
  /** Letters that no manifest has. */
  private readonly word: string;
  private readonly pattern: RegExp;

  /**
   * @param manifests - what gets marks
   * @param location - what errors name
   */
  constructor(
    manifests: unknown,
    private readonly location: string,
  ) {
    const longest = JSON.stringify(manifests).match(/mark+/g)?.sort().at(-1) ?? 'mar';
    this.word = `${longest}k`;
    this.pattern = new RegExp(`${this.word}(\\d+)x`);
  }

  /** The mark of a part, the same for the same part. */
  add(type: Part['type'], go: string, id = ''): string {
    const found = this.parts.findIndex((part) => part.type === type && part.go === go && part.id === id);
    return `${this.word}${found >= 0 ? found : this.parts.push({ type, go, id }) - 1}x`;
  }

  /** The lines around a field of a map but its first, or an entry of a list, that is left out where a value is empty. */
  around(condition: string, id = ''): readonly [string, string] {
    return [this.add('lines', `{{- if ${condition} }}`, id), this.add('lines', '{{- end }}', `${id} ${condition}`)];
  }

  /** Whether there is a mark anywhere in a value. */
  isIn(value: unknown): boolean {
    return JSON.stringify(value)?.includes(this.word) ?? false;
  }

  /** A value with marks as lines of a template. */
  template(value: unknown): string {
    const line = new RegExp(`^ *(?:- )?${this.pattern.source}(?:: null)?$`);
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
    const pieces = text.split(this.pattern);
    if (pieces.length === 1 || pieces.join('') === pieces[1]) return text;
    if (text.includes('\n')) {
      // So that a text of several lines can be read, what is in it is written there.
      return this.replaced(text, String, ({ type, go }) => {
        requireProp(type === 'word', this.location, 'values', 'be whole numbers in a text of several lines', go);
        return this.add('inline', go);
      });
    }
    const escaped = (piece: string) => piece.replaceAll('%', '%%');
    const argument = ({ go }: Part) => (go.includes(' ') ? ` (${go})` : ` ${go}`);
    const format = this.replaced(text, escaped, () => '%v');
    return this.add('value', `printf ${JSON.stringify(format)}${this.replaced(text, () => '', argument)}`);
  }

  private replaced(text: string, piece: (text: string) => string, mark: (part: Part) => string): string {
    const pieces = text.split(this.pattern);
    return pieces
      .map((each, index) => (index % 2 === 0 ? piece(each) : mark(this.parts[Number(each)] as Part)))
      .join('');
  }
}

/** A value of JSON with other texts. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  return JSON.parse(JSON.stringify(value, (_, entry) => (typeof entry === 'string' ? change(entry) : entry)));
}
