import { Yaml } from 'cdk8s';
import { InvalidPropError } from '../../kube/objects/errors';

/**
 * What a part of a template is: the JSON of any value; a text; a text without any character that YAML could take for
 * something else; the same as part of a longer text; or lines of the template.
 */
type PartType = 'value' | 'text' | 'word' | 'inline' | 'lines';

interface Part {
  readonly type: PartType;
  /** Tells parts with the same text from each other: a map has a key once. */
  readonly id: string;
  /** An expression of Go templates; what `lines` are, as it is. */
  readonly go: string;
}

/** Marks in manifests, which become parts of helm templates. What is not marked is written as it is, braces included. */
export class Marks {
  private readonly parts: Part[] = [];
  private readonly pattern: RegExp;

  /**
   * @param word - letters that no manifest has
   * @param location - what errors name
   */
  constructor(
    private readonly word: string,
    private readonly location: string,
  ) {
    this.pattern = new RegExp(`${word}(\\d+)x`);
  }

  /** The mark of a part, the same for the same part. */
  add(type: PartType, go: string, id = ''): string {
    const found = this.parts.findIndex((part) => part.type === type && part.go === go && part.id === id);
    return `${this.word}${found >= 0 ? found : this.parts.push({ type, go, id }) - 1}x`;
  }

  /** A field that is there only where an expression is neither empty nor false. It must not be the first of its map. */
  fieldIf(condition: string, field: string, content: unknown): Record<string, unknown> {
    const [start, end] = this.block(condition, field);
    return { [start]: null, [field]: content, [end]: null };
  }

  /** An entry of a list that is there only where an expression is neither empty nor false. */
  entryIf(condition: string, entry: unknown): readonly unknown[] {
    const [start, end] = this.block(condition, '');
    return [start, entry, end];
  }

  /** Whether there is a mark anywhere in a value. */
  isIn(value: unknown): boolean {
    return JSON.stringify(value)?.includes(this.word) ?? false;
  }

  /** A value with marks as lines of a template. */
  template(value: unknown): string {
    const line = new RegExp(`^ *(?:- )?${this.pattern.source}(?:: null)?$`);
    const lines = Yaml.stringify(this.joined(value)).replace(/\n$/, '').split('\n');
    return lines
      .map((text) => {
        const part = this.parts[Number(line.exec(text)?.[1])];
        return part?.type === 'lines' ? part.go : this.expressions(text);
      })
      .join('\n');
  }

  private block(condition: string, id: string): readonly [string, string] {
    return [this.add('lines', `{{- if ${condition} }}`, id), this.add('lines', '{{- end }}', `${id} ${condition}`)];
  }

  private expressions(line: string): string {
    return line
      .split(this.pattern)
      .map((piece, index) => {
        // `{` before a mark, too, would be taken for the start of an expression.
        if (index % 2 === 0) return piece.replace(/\{\{|\{$/g, (braces) => `{{ ${JSON.stringify(braces)} }}`);
        const { type, go } = this.parts[Number(piece)] as Part;
        return type === 'inline' ? `{{ ${go} }}` : `{{ ${go} | toJson }}`;
      })
      .join('');
  }

  /** Texts that are more than a mark: one expression each, so that any value in them is written as it must be. */
  private joined(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.joined(entry));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.joined(entry)]));
    }
    if (typeof value !== 'string') return value;
    const pieces = value.split(this.pattern);
    if (pieces.length === 1 || pieces.join('') === pieces[1]) return value;
    const parts = pieces.filter((_, index) => index % 2 === 1).map((index) => this.parts[Number(index)] as Part);
    if (!value.includes('\n')) {
      const format = pieces.map((piece, index) => (index % 2 === 1 ? '%v' : piece.replaceAll('%', '%%'))).join('');
      return this.add('value', `printf ${JSON.stringify(format)} ${parts.map(({ go }) => argument(go)).join(' ')}`);
    }
    // So that a text of several lines can be read, what is in it is written there.
    const wrong = parts.find(({ type }) => type !== 'word');
    if (wrong !== undefined) {
      throw new InvalidPropError(this.location, 'values', 'be whole numbers in a text of several lines', wrong.go);
    }
    return pieces
      .map((piece, index) => (index % 2 === 1 ? this.add('inline', this.parts[Number(piece)]?.go ?? '') : piece))
      .join('');
  }
}

function argument(go: string): string {
  return go.includes(' ') ? `(${go})` : go;
}
