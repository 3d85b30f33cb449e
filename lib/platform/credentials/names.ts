/** The last words of names whose values are secret. A name that goes on (`tokenUrl`, `passwordKey`) tells of one. */
const SECRET = new RegExp(
  ` (?:${[
    '\\w*(?:password|passwd|passphrase|secret|apikey|credentials?)',
    'token',
    'pass',
    // Not PWD, the working directory of a shell.
    '\\w+ pwd',
    '(?:api|access|secret|private|encryption|signing|master|shared|hmac|ssh|jwt) key',
    'access key id',
    'authorization',
  ].join('|')})$`,
);

/** Names that end so, and lead to a Secret or to a checksum of one. */
const REFERENCE =
  /^ (?:existing|key of) | checksum | (?:pull|tls|certificate|password) secret$|^ nginx ingress kubernetes io auth secret$/;

/** In each name that {@link SECRET} matches, and in few others: asked first, since it is many times as fast. */
const LIKELY = /pass|secret|key|credential|token|pwd|authorization/i;

/** Whether what stands under a name is a secret: a name of an environment variable, of a field, a flag, an annotation. */
export function isSecretName(name: string): boolean {
  if (!LIKELY.test(name)) return false;
  const spaced = words(name);
  return SECRET.test(spaced) && !REFERENCE.test(spaced);
}

/** Whether a name speaks of a Secret, so that what is below it may name one and its keys. */
export function speaksOfSecret(name: string): boolean {
  return /secret/i.test(name);
}

/** The words of a name in any style of writing, in lower case, each with a blank before it. */
function words(name: string): string {
  const apart = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return ` ${apart.toLowerCase().replace(/[^a-z0-9]+/g, ' ')}`;
}
