/** Passwords that software comes with, or that documentation proposes. Names of things are not among them. */
export const KNOWN_PASSWORDS: ReadonlySet<string> = new Set([
  'minioadmin',
  'minio123',
  'console123',
  'changeme',
  'changeit',
  'change-me',
  'password123',
  'postgrespassword',
]);

/** What stands for no credential, under whatever name. */
const HARMLESS = /^(?:|true|false|yes|no|null|none|anonymous|\*+|\[\]|\{\})$/i;

/** What a shell puts the output of a command in for, and Kubernetes a variable: `$(…)`, with parentheses within. */
export const COMMAND = /\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/;
/** What a shell puts a variable in for: `${…}`, with braces within. */
export const BRACED_VARIABLE = /\$\{(?:[^{}]|\{[^{}]*\})*\}/;

/**
 * A value that leads to the credential, all of it: of a shell, a template, a printf, a store of secrets, a human. Any
 * character of them may be in a password, too.
 */
const REFERENCES = [
  new RegExp(`^(?:${COMMAND.source}|${BRACED_VARIABLE.source})$`),
  /^\$(?:[A-Za-z_]\w*|\d)$/,
  /^(?:\{\{(?:(?!\}\}).)*\}\}\s*)+$/s,
  /^\{[A-Za-z_][\w.]*\}$/,
  /^%(?:[a-zA-Z]|\(\w+\)s)$/,
  /^(?:ref\+|vault:|op:\/\/|arn:aws|projects\/[^/]+\/secrets\/)/,
  /^(?:<[^<>]*>|‹[^‹›]*›)$/,
];

/** `${NAME:-default}` and its like. */
const WITH_DEFAULT = /^\$\{\w+:?[-=](.*)\}$/s;

/** Whether a value under a secret name is the credential itself. */
export function isCredential(value: string): boolean {
  const fallback = WITH_DEFAULT.exec(value)?.[1];
  if (fallback !== undefined) return isCredential(fallback);
  return !HARMLESS.test(value) && !REFERENCES.some((reference) => reference.test(value));
}

/** Tokens that are known by their form: of AWS, GitHub, GitLab, Slack, Hugging Face, and JSON Web Tokens. */
const TOKEN =
  /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|hf_[A-Za-z0-9]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})(?![\w-])/;

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** What a text is, where its form alone says that it is a credential. */
export function credentialForm(text: string): string | undefined {
  if (KNOWN_PASSWORDS.has(text)) return 'a documented password';
  if (PRIVATE_KEY.test(text)) return 'a private key';
  if (TOKEN.test(text)) return 'a token';
  return undefined;
}

/** The text that a value is the base64 of; undefined where it is none. */
export function decodedText(value: string): string | undefined {
  if (value.length < 8 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  const text = Buffer.from(value, 'base64').toString();
  // Names are base64, too, by chance: what they decode to is no text.
  return /^[\t\n\r -~]+$/.test(text) ? text : undefined;
}
