import { type Step, stepsPath } from '../objects/field-paths';
import { credentialsIn, type TextFinding } from './texts';
import { isSecret, secretKind } from './values';

/** Fields of secrets, by names that need not say so, and fields and files of `user:password`. */
const SECRETS = /^(?:stringData|passwords|passwds|tokens|secrets|api_?keys)$/i;
const USERS = /^\.?(?:users|htpasswd|pgpass|credentials)\b/i;

type Finding = TextFinding & { readonly path: string };

/**
 * The credentials in a document: literal values under names that say that they are secret (fields, environment
 * variables, annotations, flags), logins in URLs, private keys, tokens by their form, and any of these in a text, in JSON
 * or in base64. A reference is none: a path, the name of a Secret, a variable, a template.
 *
 * @param label - what the document stands under
 * @param path - where it is
 * @param flag - what stands before it in a list
 * @returns each with its path, as people write paths: `spec.containers[0].env[1].value`
 */
export function findCredentials(document: unknown, label = '', path: readonly Step[] = [], flag?: unknown): Finding[] {
  if (typeof document !== 'object' || document === null) {
    const found = [...valueOfFlag(flag, String(document)), ...credentialsOf(label, String(document))];
    return found.map((one) => ({ ...one, path: stepsPath(path) }));
  }
  const { Name, name = Name } = document as Readonly<Record<string, unknown>>;
  const contains = SECRETS.test(label) || USERS.test(label);
  const entries = Object.entries(document);
  // A vocabulary: numbers by words.
  if (entries.length > 3 && entries.every(([, entry]) => typeof entry === 'number')) return [];
  return entries.flatMap(([key, entry], index) => {
    const text = typeof entry === 'string';
    let of = key;
    if (Array.isArray(document)) of = text ? label : '';
    else if (typeof name === 'string' && /^(?:value|default)$/i.test(key)) of = name;
    else if (text && contains && secretKind(key) === undefined) of = `${key} token`;
    const [step, before] = Array.isArray(document) ? [index, document[index - 1]] : [key];
    return findCredentials(entry, of, [...path, step], before);
  });
}

/** What stands behind a flag, or behind a name in a command: `--password`, `value`. */
function valueOfFlag(flag: unknown, value: string): TextFinding[] {
  if (typeof flag !== 'string' || !/^[\w.-]+$/.test(flag) || value.startsWith('-')) return [];
  return credentialsIn(flag.startsWith('-') ? `${flag} "${value}"` : `${flag} ${value}`);
}

function credentialsOf(label: string, text: string): TextFinding[] {
  const users = text.includes(':') && USERS.test(label);
  if (!users && isSecret(label, text, true)) return [{ what: `a value of '${label}'`, value: text }];
  const decoded = Buffer.from(text, 'base64');
  const logins = users ? text.replace(/^(?=[\w.@*-]+:\S+$)/gm, '--user ') : text;
  // Names are base64, too, by chance: what they decode to is no text.
  const isEncoded = decoded.toString('base64') === text.replace(/\s/g, '') && /^[\t\n\r -~]{7,}$/.test(String(decoded));
  const inside = isEncoded ? contentOf(String(decoded)) : [];
  return [...contentOf(logins), ...inside.map(({ what, value }) => ({ what: `${what}, in base64`, value }))];
}

function contentOf(text: string): TextFinding[] {
  try {
    if (/^\s*[[{]\s*["[{]/.test(text)) return findCredentials(JSON.parse(text));
  } catch {
    // A text that only begins like JSON.
  }
  return credentialsIn(text);
}
