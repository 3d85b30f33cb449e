/** A document of one place: what people write into manifests, and where. */
export type Sample = readonly [place: string, document: unknown];

/** Letters and digits without order, so that a token of them has the entropy of a real one. */
const RANDOM = 'q7Rz2mXc9LwB4tYk8VnH3sJd6PgF5aEuT1oQ0iSrZxWvCbNyMlKhGfDpAjUe';

/** So many characters without order; `set` keeps some of them. No token is written here in one piece. */
export function random(length: number, set = /./): string {
  const kept = [...RANDOM].filter((character) => set.test(character)).join('');
  return kept.repeat(Math.ceil(length / kept.length)).slice(0, length);
}

export const env = (...lines: readonly string[]): Sample[] =>
  lines.map((line) => {
    const [name = ''] = line.split('=', 1);
    return [`env ${line}`, { env: [{ name, value: line.slice(name.length + 1) }] }];
  });
export const file = (name: string, ...texts: readonly string[]): Sample[] =>
  texts.map((text) => [`file ${name}: ${text}`, { kind: 'ConfigMap', data: { [name]: text } }]);
export const args = (...lists: readonly (readonly string[])[]): Sample[] =>
  lists.map((list) => [`args ${list.join(' ')}`, { containers: [{ name: 'app', args: list }] }]);
export const shell = (...lines: readonly string[]): Sample[] =>
  lines.map((line) => [`sh -c ${line}`, { containers: [{ name: 'app', command: ['sh', '-c', line] }] }]);
export const annotation = (name: string, value: string): Sample => [
  `annotation ${name}: ${value}`,
  { metadata: { annotations: { [name]: value } } },
];
export const values = (place: string, document: unknown): Sample => [`values ${place}`, document];
export const tokens = (...list: readonly string[]): Sample[] =>
  list.map((token) => [`token ${token.slice(0, 12)}`, { env: [{ name: 'X', value: token }] }]);
