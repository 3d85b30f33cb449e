import { TOKEN_FORMS, TOKEN_KEYWORD, TOKEN_PREFIX } from './token-forms';

const PASSWORD =
  / (?:\w*(?:passw(?:or)?d|passphrase|passcode)s?|(?!(?:com|by|sur|tres|over|under)pass)\w*pass|(?!oldpwd)\w*pwd|pw|identified .*by)$/;
const TOKEN =
  / (?:\w*(?:secret|token|credential|signature)s?|creds?|\w*(?:auth|authorization)|cookies?|sig|\w+ (?:pat|keys?)|\w*(?:api|access|secret|private|encryption|signing|master|shared|session|storage|service|account)keys?)$| access key id$/;

/** What a name may go on with that still is the name of the secret: where it is used, how it is written. */
const SUFFIXES =
  /(?: (?:prod|production|dev|development|stage|staging|test|testing|qa|uat|ci|live|local|base|value|default|old|new|current|previous|primary|secondary|backup|text|plain|raw|string|data|base64|b64|v?\d+))+$/;

/** What is no secret: what is public, what only tells of one, and what a model has. */
const HARMLESS =
  / (?:public|pub|publishable|checksum|hash|digest|fingerprint|existing|key of|primary|foreign|sort|partition|topology)(?= )| (?:pull|tls|ssl|certificate|password) secrets?$| (?:mask|pad|sep|cls|unk|bos|eos|eot|stop|special|image|audio|video) tokens?$/;

/** In each name of a secret, and in few others. */
export const LIKELY = /identified|pass|pw|secret|token|key|cred|auth|cookie|sig|pat/i;

/** What stands under a name of a variable, a field, a flag: a `password` is any text, a `token` one that looks random. */
export function secretKind(name: string): 'password' | 'token' | undefined {
  if (!LIKELY.test(name)) return undefined;
  const spaced = words(name).replace(SUFFIXES, '');
  if (HARMLESS.test(spaced)) return undefined;
  if (PASSWORD.test(spaced)) return 'password';
  return TOKEN.test(spaced) ? 'token' : undefined;
}

/** The words of a name in any style of writing, in lower case, each with a blank before it. */
function words(name: string): string {
  const apart = name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ');
  return ` ${apart
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()}`;
}

/** What a shell puts the output of a command in for, and Kubernetes a variable: `$(…)`, with parentheses within. */
export const COMMAND = /\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/;
/** What a shell puts a variable in for: `${…}`, with braces within. */
export const BRACED_VARIABLE = /\$\{(?:[^{}]|\{[^{}]*\})*\}/;

/** What stands for no credential, or leads to one, all of it; any character of these may be in a password, too. */
const REFERENCES = [
  // Of a shell, a template, a format; a placeholder or a token of a model; what has neither letter nor digit
  new RegExp(`^(?:${COMMAND.source}|${BRACED_VARIABLE.source}|\\$(?:[A-Za-z_]\\w*|\\d))+$`),
  /^(?:\{\{(?:(?!\}\}).)*\}\}\s*)+$|^[^\p{L}\p{N}]*$/su,
  /^(?:\{[A-Za-z_.]+\}|%(?:[A-Za-z]|\(\w+\)s)|:["']?\w+["']?|<.*>|\[.*\]|‹.*›|__\w+__|@@?\w+@@?|#\{.*\}#?|%\w+%)$/s,
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|anonymous|disabled|enabled|required|optional|redacted|x+)$/i,
  /^(?:your|my|insert|enter|replace|change)[-_ ](?:.*[-_ ])?(?:here|me|this|with.*|password|passwd|token|secret|key)$/i,
  // A type; a title or a class of one word or several; a version; a message of a shell; a tag of YAML
  /^(?:str|string|text|bytes|char|varchar|any|bool|boolean|int|integer|number|object)\b\D*$/,
  /^(?:\p{Lu}\p{Ll}+)+(?:[ '’[\]|-]+\p{L}*)*[!?.:…]?$|^[~^<>=v ]*\d+(?:\.\d+)+$|^\?|^![a-z]+ /u,
  // A path, a URL, an entry of a store, an encrypted value, a hash, a public key
  /^(?:~|\.{0,2})\/|^[a-z][\w+.-]*:\/\/|^@?(?:file|env):|^(?:sha\d+|md5|scram-sha-256)[:$-]|^\{S?SHA\}/i,
  /^@?[a-z][a-z\d+-]*:[\w.@-]*[/#]|^arn:aws|^projects\/[^/]+\/secrets\/|^(?:ENC[[(]|\{cipher\}|AgB)/,
  /^\$(?:2[aby]|5|6|y|apr1|argon2\w*)\$|^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\S+) /,
];

/**
 * Whether a value under the name of a secret is the secret itself.
 * @param sure - whether the name has the value for certain, so that a word may be a password
 */
export function isSecret(name: string, given: string, sure: boolean): boolean {
  const kind = secretKind(name);
  const value = spelledOut(given);
  const header = kind === 'token' ? /^(?:basic|bearer|token|digest) +(\S.*)$/is.exec(value)?.[1] : undefined;
  if (header !== undefined) return isLiteral(header) && (sure || isRandom(header));
  if (kind === undefined || !isLiteral(value)) return false;
  // The name of another one, as a variable or a key of a Secret has one.
  const names = !/\d/.test(value) && secretKind(value) !== undefined;
  if (names && (/\w \w/.test(words(value)) || words(name) === words(value))) return false;
  if (kind === 'password' && sure) return !/^\d{0,2}$/.test(value);
  if (/tokens$/i.test(name) && /^\d+$/.test(value)) return false;
  return isRandom(/auth$/i.test(name) ? value.replace(/^[\w.@-]+:/, '') : value);
}

/** Whether a value is written out, and not a reference, a placeholder or a title. */
export function isLiteral(given: string): boolean {
  const value = spelledOut(given);
  return !REFERENCES.some((reference) => reference.test(value));
}

/** What `${NAME:-default}` and `$(echo value)` stand for, and any other value as it is. */
function spelledOut(value: string): string {
  return unquoted(value.replace(/^\$\{\w+:?[-=](.*)\}$|^\$\((?:echo|printf)(?: -n)? +(.*)\)$/s, '$1$2'));
}

const WORD = '[A-Z]*(?:[A-Z]?[a-z]+)?(?:[A-Z][a-z]+)*[A-Z]*|v\\d+[a-z]?\\d*';
const ONE_WORD = new RegExp(`^(?:${WORD})$`);
/** A word, a number, a version or an abbreviation with a digit, beside others. */
const PART = new RegExp(`^(?:${WORD}|\\d{1,8}(?:[a-z]{1,2}\\d*)?|[A-Za-z]+\\d{1,2}|[a-z]\\d[a-z]+)$`);

/** Whether a literal is neither a word nor a name made of words. */
export function isRandom(value: string): boolean {
  if (TOKEN_PREFIX.test(value)) return true;
  if (/^\d+$/.test(value)) return value.length > 8;
  if (value.length < 6 || /\s/.test(value.trim())) return false;
  const parts = value.split(/[-_.:/@,|+=]+/).filter((part) => part !== '');
  return !parts.every((part) => (parts.length === 1 ? ONE_WORD : PART).test(part));
}

/** The tokens in a text that are known by their form. */
export function tokensIn(text: string): string[] {
  const lower = text.length < 16 ? '' : text.toLowerCase();
  if (!TOKEN_KEYWORD.test(lower)) return [];
  return TOKEN_FORMS.flatMap(([, keywords, form, entropy, allowed]) => {
    const found = keywords.some((word) => lower.includes(word)) ? [...text.matchAll(form)] : [];
    const tokens = found.map(([all, ...groups]) => groups.find((group) => group?.length > 15) ?? all);
    return tokens.filter((token) => entropyOf(token) >= entropy && !allowed?.test(token));
  });
}

/** Shannon entropy, in bits a character. */
function entropyOf(text: string): number {
  const shares = [...new Set(text)].map((character) => (text.split(character).length - 1) / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

/** A value without its quotes. */
export function unquoted(value: string): string {
  return value.replace(/^(["'`]|\$\$)(.*)\1$/s, '$2');
}
