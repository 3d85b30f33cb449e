import type { Labels } from '../../kube/objects/labels';
import { fixedValues } from '../../kube/secrets/required-secrets';
import type { SecretSpec } from '../../kube/secrets/secrets';

/** What an operator writes into a Secret beside its secret values. */
export interface SecretTemplate {
  readonly type?: string;
  readonly metadata?: { readonly labels: Labels };
  /** Go templates by key. */
  readonly data?: Readonly<Record<string, string>>;
}

/** The template of a Secret; undefined where an operator needs none. */
export function secretTemplate(spec: SecretSpec): SecretTemplate | undefined {
  const { type, labels } = spec;
  const fixed = Object.entries(fixedValues(spec)).map(([key, value]) => [key, templateLiteral(value)]);
  if (type === undefined && labels === undefined && fixed.length === 0) return undefined;
  return {
    type,
    metadata: labels && { labels },
    data: fixed.length === 0 ? undefined : Object.fromEntries(fixed),
  };
}

/** A Go template whose result is the text itself. */
export function templateLiteral(text: string): string {
  // An action that prints the braces: what opens an action elsewhere is then plain text.
  return text.replaceAll('{{', '{{ "{{" }}');
}
