import { type Step, stepsPath } from '../objects/field-paths';
import { secretKind } from './names';
import { credentialsIn, type TextFinding } from './texts';
import { isSecret } from './values';

/** Fields of secrets, by names that need not say so, and fields and files of `user:password`. */
const SECRETS = /^(?:stringData|passwords|passwds|tokens|secrets|api_?keys)$/i;
const USERS = /^\.?(?:users|htpasswd|pgpass|credentials)\b/i;

/**
 * The credentials in a document: literal values under names that say that they are secret (fields, environment
 * variables, annotations, flags), logins in URLs, private keys, tokens by their form, and any of these in a text, in JSON
 * or in base64. A reference is none: a path, the name of a Secret, a variable, a template.
 *
 * @returns each with its path, as people write paths: `spec.containers[0].env[1].value`
 */
export function findCredentials(document: unknown): (TextFinding & { readonly path: string })[] {
  const findings: (TextFinding & { readonly path: string })[] = [];
  visit(document, '', [], (path, found) => {
    if (found.length > 0) findings.push(...found.map((one) => ({ ...one, path: stepsPath(path) })));
  });
  return findings;
}

type Report = (path: readonly Step[], found: readonly TextFinding[]) => void;

function visit(value: unknown, label: string, path: Step[], report: Report): void {
  if (typeof value === 'string' || typeof value === 'number') report(path, credentialsOf(label, String(value)));
  if (typeof value !== 'object' || value === null) return;
  const object = value as Readonly<Record<string, unknown>>;
  const list = Array.isArray(value);
  const name = object.name ?? object.Name;
  const contains = SECRETS.test(label) || USERS.test(label);
  const entries = Object.entries(object);
  // A vocabulary: numbers by words.
  if (entries.length > 3 && entries.every(([, entry]) => typeof entry === 'number')) return;
  for (const [key, entry] of entries) {
    const text = typeof entry === 'string';
    let of = key;
    if (list) of = text ? label : '';
    else if (typeof name === 'string' && /^(?:value|default)$/i.test(key)) of = name;
    else if (text && contains && secretKind(key) === undefined) of = `${key} token`;
    path.push(list ? Number(key) : key);
    if (list && text) report(path, valueOfFlag(value[Number(key) - 1], entry));
    visit(entry, of, path, report);
    path.pop();
  }
}

/** What stands behind a flag, or behind a name in a command: `--password`, `value`. */
function valueOfFlag(flag: unknown, value: string): TextFinding[] {
  if (typeof flag !== 'string' || !/^[\w.-]+$/.test(flag) || value.startsWith('-')) return [];
  return credentialsIn(flag.startsWith('-') ? `${flag} "${value}"` : `${flag} ${value}`);
}

function credentialsOf(label: string, text: string): TextFinding[] {
  const users = text.includes(':') && USERS.test(label);
  if (!users && isSecret(label, text, true)) return [{ what: `a value of '${label}'`, value: text }];
  const encoded = /^[A-Za-z0-9+/\s]{10,}={0,2}\s*$/.test(text) && text.replace(/\s/g, '').length % 4 === 0;
  const decoded = encoded ? Buffer.from(text, 'base64').toString() : '';
  const logins = users ? text.replace(/^(?=[\w.@*-]+:\S+$)/gm, '--user ') : text;
  // Names are base64, too, by chance: what they decode to is no text.
  const inside = /^[\t\n\r -~]+$/.test(decoded) ? contentOf(decoded) : [];
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
