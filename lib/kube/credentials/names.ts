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
export const LIKELY = 'identified|pass|pw|secret|token|key|cred|auth|cookie|sig|pat';
export const IS_LIKELY = new RegExp(LIKELY, 'i');

/** What stands under a name of a variable, a field, a flag: a `password` is any text, a `token` one that looks random. */
export function secretKind(name: string): 'password' | 'token' | undefined {
  if (!IS_LIKELY.test(name)) return undefined;
  const spaced = words(name).replace(SUFFIXES, '');
  if (HARMLESS.test(spaced)) return undefined;
  if (PASSWORD.test(spaced)) return 'password';
  return TOKEN.test(spaced) ? 'token' : undefined;
}

/** The words of a name in any style of writing, in lower case, each with a blank before it. */
export function words(name: string): string {
  const apart = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  const spaced = apart.toLowerCase().replace(/[^a-z0-9]+/g, ' ');
  return ` ${spaced.trim()}`;
}
