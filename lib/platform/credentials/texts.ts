import { isSecretName } from './names';
import { BRACED_VARIABLE, COMMAND, credentialForm, decodedText, isCredential } from './values';

const URL_LOGIN = /\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#@"'`]*)@/gi;

/** The user of a login, with the colon behind it; a variable with a default value has one, too. */
const USER = new RegExp(`^(?:${BRACED_VARIABLE.source}|(?!${BRACED_VARIABLE.source})[^:])*?:`);

/** What a program calls or looks up, to the first quote: `os.getenv("`, `read_password()`. */
const CALL = /[A-Za-z_][\w.]*(?:\(\)|[([]["'])/;
/** What has blanks or parentheses in it and is written without quotes: `{{…}}`, `<…>`, `%(…)s`. */
const PLACEHOLDER = /\{\{[^{}\n]*\}\}|<[^<>\n]*>|‹[^‹›\n]*›|%\(\w+\)s/;
const QUOTED = new RegExp(`"(?:${COMMAND.source}|(?!\\$\\()[^"\\n])*"|"[^"\\n]*"|'[^'\\n]*'`);
const UNQUOTED = new RegExp(`(?:${COMMAND.source}|${BRACED_VARIABLE.source}|${PLACEHOLDER.source}|[^\\s;&"'\`),])+`);
/** `name=value` as a shell, a query, a connection string and a flag have it; no value where it is the call of one. */
const ASSIGNMENT = new RegExp(
  `(?:^|[\\s;&?"'\`(,])-{0,2}([A-Za-z][\\w.-]*)=(?:${CALL.source}|(${QUOTED.source}|${UNQUOTED.source}))`,
  'g',
);
/** `"name": "value"` as JSON, YAML and INI have it; a blank before a colon is SQL of psql. */
const QUOTED_PAIR = new RegExp(
  `(?:^|[\\s{,])(?:["']([A-Za-z][\\w.-]*)["']\\s*:|([A-Za-z][\\w.-]*)(?::|[ \\t]*=))[ \\t]*` +
    `(["'])((?:${COMMAND.source}|(?!\\3|\\$\\()[^\\n])+|(?:(?!\\3)[^\\n])+)\\3`,
  'g',
);
/** `name: value` or `name = value` on a line of its own. */
const LINE = /^[ \t]*(?:- |export )?([A-Za-z][\w.-]*)(?::|[ \t]*=)[ \t]+([^\s"'#]+)[ \t]*(?:#.*)?$/gm;
/** `PASSWORD 'value'` of CREATE ROLE and ALTER ROLE. */
const SQL = /\bpassword\s+'((?:[^']|'')+)'/gi;

/** What credential a text holds, at most one; undefined for none. */
export function credentialIn(text: string): string | undefined {
  return credentialForm(text) ?? urlLogin(text) ?? assigned(text) ?? encoded(text);
}

function urlLogin(text: string): string | undefined {
  if (!text.includes('://') || !text.includes('@')) return undefined;
  for (const [, login = ''] of text.matchAll(URL_LOGIN)) {
    const user = USER.exec(login)?.[0];
    if (user !== undefined && isCredential(login.slice(user.length))) return 'a URL with a password';
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
    if (isSecret(name, value)) return `a value of '${name}'`;
  }
  for (const [, value = ''] of /password/i.test(text) ? text.matchAll(SQL) : []) {
    if (isCredential(value)) return 'a password in SQL';
  }
  return undefined;
}

/** Whether a value under a name is a credential. */
export function isSecret(name: string, value: string): boolean {
  if (!isSecretName(name) || !isCredential(value)) return false;
  // How many there may be, not one of them.
  if (/token$/i.test(name) && /^\d+$/.test(value)) return false;
  if (!/authorization$/i.test(name)) return true;
  // Other things are called authorization, too; a header is this.
  const header = /^(?:Basic|Bearer|Token) (\S.*)/is.exec(value)?.[1];
  return header !== undefined && isCredential(header);
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
