import { isSecretName } from './names';
import { credentialForm, decodedText, isCredential } from './values';

const URL_LOGIN = /\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#@"'`]*)@/gi;

/** `name=value` as a shell, a query, a connection string and a flag have it. */
const ASSIGNMENT = /(?:^|[\s;&?"'`(,])-{0,2}([A-Za-z][\w.-]*)=("[^"\n]*"|'[^'\n]*'|[^\s;&"'`),]+)/g;
/** `"name": "value"` as JSON, YAML and INI have it; a blank before a colon is SQL of psql. */
const QUOTED_PAIR =
  /(?:^|[\s{,])(?:["']([A-Za-z][\w.-]*)["']\s*:|([A-Za-z][\w.-]*)(?::|[ \t]*=))[ \t]*(["'])((?:(?!\3)[^\n])+)\3/g;
/** `name: value` or `name = value` on a line of its own. */
const LINE = /^[ \t]*(?:- |export )?([A-Za-z][\w.-]*)(?::|[ \t]*=)[ \t]+([^\s"'#]+)[ \t]*(?:#.*)?$/gm;
/** `PASSWORD 'value'` of CREATE ROLE and ALTER ROLE. */
const SQL = /\bpassword\s+'((?:[^']|'')+)'/gi;

/** What is left to a program to put in: variables, calls, placeholders. */
const NO_LITERAL = /[$(){}[\]<>%*]/;

/** What credential a text holds, at most one; undefined for none. */
export function credentialIn(text: string): string | undefined {
  return credentialForm(text) ?? urlLogin(text) ?? assigned(text) ?? encoded(text);
}

function urlLogin(text: string): string | undefined {
  if (!text.includes('://') || !text.includes('@')) return undefined;
  for (const [, login = ''] of text.matchAll(URL_LOGIN)) {
    const colon = login.indexOf(':');
    if (colon < 0) continue;
    const password = login.slice(colon + 1);
    if (!NO_LITERAL.test(password) && isCredential(password)) return 'a URL with a password';
  }
  return undefined;
}

function assigned(text: string): string | undefined {
  const pairs = [
    ...(text.includes('=') ? [...text.matchAll(ASSIGNMENT)].map(([, name, value]) => [name, unquoted(value)]) : []),
    ...(/["']/.test(text)
      ? [...text.matchAll(QUOTED_PAIR)].map(([, quoted, name = quoted, , value]) => [name, value])
      : []),
    ...(text.includes('\n') ? [...text.matchAll(LINE)].map(([, name, value]) => [name, value]) : []),
  ];
  for (const [name = '', value = ''] of pairs) {
    if (!NO_LITERAL.test(value) && isSecret(name, value)) return `a value of '${name}'`;
  }
  for (const [, value = ''] of /password/i.test(text) ? text.matchAll(SQL) : []) {
    if (!NO_LITERAL.test(value) && isCredential(value)) return 'a password in SQL';
  }
  return undefined;
}

/** Whether a value under a name is a credential. */
export function isSecret(name: string, value: string): boolean {
  if (!isSecretName(name) || !isCredential(value)) return false;
  // How many there may be, not one of them.
  if (/token$/i.test(name) && /^\d+$/.test(value)) return false;
  // Other things are called authorization, too; a header is this.
  return !/authorization$/i.test(name) || /^(?:Basic|Bearer|Token) \S/i.test(value);
}

function encoded(text: string): string | undefined {
  const decoded = decodedText(text);
  if (decoded === undefined) return undefined;
  const found = credentialForm(decoded) ?? urlLogin(decoded) ?? assigned(decoded);
  return found && `${found}, in base64`;
}

function unquoted(value = ''): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}
