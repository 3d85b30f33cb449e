import fc from 'fast-check';

/** How the arguments of a call are chosen: all of them as documented, or now and then one that is not. */
export interface Taste {
  /** A text, or a number; `documented` is one that works. */
  text(documented: string): string;
  number(documented: number): number;
  /** One of those that work; the first is the plain choice. */
  one<T>(...values: readonly [T, ...T[]]): T;
  /** What may be left out. */
  maybe<T>(value: T): T | undefined;
  /** What may be empty. */
  list<T>(...values: readonly T[]): T[];
}

/** Everything is given, and works. */
export const PLAIN: Taste = {
  text: (documented) => documented,
  number: (documented) => documented,
  one: (first) => first,
  maybe: (value) => value,
  list: (...values) => [...values],
};

/** Texts that are names in one place and none in another, and such that programs stumble over. */
const TEXTS = [
  ...[
    '',
    '.',
    '..',
    '-',
    '_',
    ' ',
    '*',
    'a.b',
    'a_b',
    'A',
    'a/b',
    'a//b',
    '/',
    '/../a',
    '/a/..',
    '/a b',
    'a:1',
    'a-',
    '-a',
  ],
  ...[
    '1',
    '1e3',
    '1.5',
    '10.0.0.1',
    '0x10',
    'true',
    'null',
    '~',
    'xn--a',
    'xn--a.example.org',
    'constructor',
    '__proto__',
  ],
  ...[
    'nvidia gpu',
    'nvidia.com/gpu',
    'kubernetes.io/a',
    'requests.a/b',
    'é',
    '\u{1f600}',
    'a\nb',
    '\t',
    '"',
    "'",
    '$(A)',
    '{{a}}',
    '%2F',
  ],
  ...['toString', 'latest', 'server:latest', 'localhost', 'kube-system', 'http://a', '=', ',', '#', '\\'],
  ...[52, 63, 64, 253, 254, 1025].map((length) => 'a'.repeat(length)),
];

const NUMBERS = [
  ...[0, -1, -0, 1, 2, 3, 0.5, 1.5, 80, 100, 101, 1000, 1024, 30_000, 32_767, 65_535, 65_536, 1e6],
  ...[2_147_483_647, 2_147_483_648, 2 ** 53, 1e16, 1e21, 1e308, Number.NaN, Number.POSITIVE_INFINITY],
];

/** Draws from a generator of fast-check: of some twenty values one is not as documented. */
export function drawn(draw: fc.GeneratorValue): Taste {
  const isOdd = () => draw(fc.integer, { min: 0, max: 19 }) === 0;
  return {
    text: (documented) => (isOdd() ? (TEXTS[draw(fc.nat, TEXTS.length)] ?? draw(fc.string)) : documented),
    number: (documented) => (isOdd() ? (NUMBERS[draw(fc.nat, NUMBERS.length - 1)] ?? 0) : documented),
    one: (...values) => values[draw(fc.integer, { min: 0, max: values.length - 1 })] ?? values[0],
    maybe: (value) => (draw(fc.boolean) ? value : undefined),
    list: (...values) => (isOdd() ? [] : [...values]),
  };
}
