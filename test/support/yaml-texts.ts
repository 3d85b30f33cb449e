import fc from 'fast-check';

const joined = (...parts: readonly string[]) =>
  fc.array(fc.constantFrom(...parts), { maxLength: 9 }).map((found) => found.join(''));

/** Texts that readers and writers of YAML stumble over: numbers, white space, what means something, and any other. */
export const hostileText = fc.oneof(
  joined(...'0011579_.-+:eExXoObBaAfF,TZ'),
  joined(' ', ' ', '\t', '\n', '\n', '\r', 'a', 'a long line of text, for what is folded'),
  joined(...' \n#:-?"\'%|>&*!{}[],=<.~`@\\', '---', '...', '<<', 'a', '\0', '\u001b', '\u00a0', '🐘'),
  joined('a', ' ', '\n', '\u007f', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', '\ud800', '\udc00'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('yes', 'NO', 'on', 'y', 'null', '~', 'true', '.inf', '.NaN', '2024-01-02', '1:30', '0777', '1e3'),
);
