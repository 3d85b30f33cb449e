/** An expression of JavaScript, and its flags. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
}

const TOKENS =
  /\(\?(?:P?<\w+>|[:=!]|(-?)([is]+)([:)]))|\(|\)|\[\^?\]?(?:\[:\w+:\]|\\x[0-9a-f]{2}|\\.|[^\]\\])*\]|\\x[0-9a-f]{2}|\\.|[^\\]/gs;

/**
 * An expression of Go (RE2) as one of JavaScript that Node.js 20 knows: it has neither `(?i)` within an expression, nor
 * `\z`, `[[:alnum:]]` and `(?P<name>…)`.
 *
 * @throws Error for what cannot be translated
 */
export function javascript(go: string): Expression {
  const whole = go.startsWith('(?i)') && !go.includes('(?-i:');
  const groups: boolean[] = [];
  let anyCase = false;
  const source = (whole ? go.slice(4) : go).replace(TOKENS, (token, minus, flags, end) => {
    if (flags !== undefined) {
      if (flags !== 'i') throw new Error(`a flag that JavaScript does not have: ${token}`);
      if (end === ':') groups.push(anyCase);
      anyCase = minus !== '-';
      return end === ':' ? '(?:' : '';
    }
    if (token.startsWith('(')) {
      groups.push(anyCase);
      return token.replace(/^\(\?P?<\w+>/, '(?:');
    }
    if (token === ')') {
      anyCase = groups.pop() ?? false;
      return token;
    }
    if (token === '\\z') return '$';
    const plain = token.replace('[:alnum:]', 'A-Za-z0-9');
    return anyCase && !whole ? inAnyCase(plain) : plain;
  });
  return { source: new RegExp(source).source, flags: whole ? 'i' : '' };
}

function inAnyCase(token: string): string {
  if (/^[a-z]$/i.test(token)) return `[${token.toLowerCase()}${token.toUpperCase()}]`;
  if (!token.startsWith('[')) return token;
  const more = [...token.matchAll(/\\.|[a-z]-[a-z]|[A-Z]-[A-Z]|[a-zA-Z]/g)].map(([part]) => {
    if (part.startsWith('\\')) return '';
    const other = part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase();
    return token.includes(other) ? '' : other;
  });
  // Before the rest, so that a hyphen at the end stays one.
  return token.replace(/^\[\^?/, (open) => open + more.join(''));
}
