import { BRACED_VARIABLE, COMMAND, isLiteral, isRandom, isSecret, LIKELY, tokensIn, unquoted } from './values';

/** A credential in a text: what it is, for messages, and its value, which they never show. */
export interface TextFinding {
  readonly what: string;
  readonly value: string;
}

/** `scheme://user:password@host`; the password may have any sign, for programs take the last `@`. */
const URL_LOGIN =
  /:\/\/ ?(?:\$\{[^}]*\}|[^\s:@/"'`<>$]){0,200}:(?!\d+[/?#])([^\s"'`@]{1,200}(?:@[^\s"'`@/:]{1,200})*)@/g;

/** Where a password has no name: of what looks random. */
const UNNAMED = [
  // `user:password@host:port`
  /(?<=\w):([^\s:@/"'`]+)@(?!sha\d+:)[\w.-]+(?::\d+|\/)/g,
  // A manifest of a Secret in a text
  /kind: *Secret\b[\s\S]{0,500}?\n[ \t]*(?:stringData|data): *\n[ \t]+[\w.-]+: *(\S+)/g,
  // Programs, and flags, that everybody knows; `-p` alone has many meanings, but before a password in a list
  /(?:mysql|mariadb)\w* [^\n|;&]{0,200}?-p([^\s"']+)/g,
  /(?:redis-cli|sshpass|docker login) [^\n|;&]{0,200}?-[ap] ?(["']?[^\s"'-][^\s"']*)/g,
  /(?:echo|printf)(?: -n)? +(\S+) *\|[^\n|]{0,200}(?:--password-stdin|passwd|kinit|sudo -S)/g,
  /(?: login| alias set \S+ \S+ \S+) +(?!-)([^\s"']+)/g,
  /(?:user|auth|(?<!\S)-u)[ =]+["']?(?:[\w.@*-]+:)+([^\s"':]+)/g,
  /^-[pP] "(\w+)"$/g,
];
/** The part of a name that says it is secret, to its end. */
const NAME = `identified(?: with \\w+)? by|(?:${LIKELY.source})[\\w.-]{0,80}`;
/** `name = value`, `name: type = value`, `name := value`, `name => value` */
const EQUALS = '[ \\t]*(?::[ \\t]*[A-Za-z][\\w.[\\]]*[ \\t]*)?(?::=|==?|=>)[ \\t]*';
/** `name: value`, also with a tag, on the next line, or as an entry of a list */
const COLON = '[ \\t]*:[ \\t]*(?:!!\\S+[ \\t]+)?(?:[|>][-+]?[ \\t]*\\n[ \\t]+|\\n[ \\t]*- +)?';
const QUOTED = `"(?:${COMMAND.source}|(?!\\$\\()[^"\\n])*"|"[^"\\n]*"|'[^'\\n]*'|\\$\\$.*?\\$\\$`;
const PLACEHOLDER = '\\{\\{[^{}\\n]*\\}\\}|<[^<>\\n]*>|‹[^‹›\\n]*›|%\\(\\w+\\)s';
const UNQUOTED = `(?:${COMMAND.source}|${BRACED_VARIABLE.source}|${PLACEHOLDER}|[^\\s;&"'\`,<>])+`;
/** A name, what ends it, and a value: behind a sign, in `get("name", "value")`, `<name>value` and `name value`. */
const PAIR = new RegExp(
  `(${NAME})(?![\\w.-])["'\\]]{0,2}(${EQUALS}|${COLON}|,[ \\t]*(?=["'])|>|[ \\t]+|\\n[ \\t]*- +)` +
    `(${QUOTED}|(?:basic|bearer|token) +${UNQUOTED}|${UNQUOTED})`,
  'gi',
);
/** `name: NAME` before a `value:`, as a manifest has variables. */
const VARIABLE =
  /\bname["']?\s*[:=>]\s*["']?([\w.-]{1,80})(?:<\/name>\s*<|["']?\s*,?\s*["']?)(?:value|default)(?=["']?\s*[:=>])/gi;
/** What a program computes: `tokenizer.decode(ids)`, `self.token`, `env["A"]`. */
const EXPRESSION = /^[A-Za-z_][\w$]*(?:\.[A-Za-z_]+)*(?:\([^)]*\).*|\(|\[.*|\.[A-Za-z_]+|!)[,;:)\]}]*$/;
const COMMENT = /(?:^|\n)\s*(?:#|\/\/\s|--\s|\*)[^\n]*$/;
/** What is before a name that begins a line. */
const LEADS = /(?:^|\n)[ \t]*(?:- |export |const |let |var |set )*["']?-{0,2}$/;
/** Names that are words of sentences, too. */
const COMMON = /^(?:\w*tokens?|keys?|secrets?|auth|cookies?|credentials?|creds|signatures?|sig)$/i;

/** The credentials in a text. */
export function credentialsIn(text: string): TextFinding[] {
  if (text.length < 6) return [];
  const as = (what: string, values: readonly string[]) => values.map((value) => ({ what, value }));
  return [
    ...as('a token', tokensIn(text)),
    ...as('a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/.test(text) ? [text] : []),
    ...as('a URL with a password', text.includes('://') ? literals(text, URL_LOGIN) : []),
    ...as('a password', /[@ =]/.test(text) ? UNNAMED.flatMap((form) => literals(text, form)).filter(isRandom) : []),
    ...(LIKELY.test(text) ? named(text.replace(VARIABLE, '$1')) : []),
  ];
}

function literals(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].map(([, value = '']) => unquoted(value)).filter(isLiteral);
}

function named(text: string): TextFinding[] {
  return [...text.matchAll(PAIR)].flatMap(({ 0: all, 1: end = '', 2: separator = '', 3: first = '', index }) => {
    const start = text.slice(Math.max(0, index - 200), index);
    const before = start.replace(/[\w.-]+$/, '');
    const name = start.slice(before.length) + end;
    const blank = /^\s+(?:- +)?$/.test(separator);
    if (COMMENT.test(before) || (blank && COMMON.test(name))) return [];
    const quoted = /^(?:["']|\$\$)/.test(first);
    const leads = LEADS.test(before);
    // A line of YAML goes on to its end.
    const line = leads && !quoted && /^\s*:[^=]*$/.test(separator);
    const rest = line ? /^[^\n,}\]"]*/.exec(text.slice(index + all.length - first.length))?.[0] : undefined;
    const value = unquoted((rest ?? first).replace(/(?:^|\s)#.*$/, '').trim());
    const sure = !separator.startsWith(',') && (quoted || (!blank && (leads || /[?&;,({"'=]$/.test(before))));
    const computed = !quoted && EXPRESSION.test(value);
    return !computed && isSecret(name, value, sure) ? [{ what: `a value of '${name}'`, value }] : [];
  });
}
