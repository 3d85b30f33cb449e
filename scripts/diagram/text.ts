/** Pixels of the text of pictures; that of names is bold and one larger. */
export const TEXT = 12;

/** Widths of characters of Verdana and DejaVu Sans, the widest of the usual fonts without serifs, as parts of its size. */
const WIDTHS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({ "ijl'|": 0.3, ' .,:;/()ft-': 0.42, rsczJ: 0.53, m: 0.98, 'wMW%@×–↗': 0.99 }).flatMap(
    ([characters, width]) => [...characters].map((character) => [character, width]),
  ),
);

/** The width of a text in pixels, in the widest of the usual fonts: whatever font a reader has, nothing is cut. */
export function textWidth(text: string, kind: 'plain' | 'name' = 'plain'): number {
  const parts = [...text].reduce(
    (sum, character) => sum + (WIDTHS[character] ?? (/[A-Z]/.test(character) ? 0.74 : 0.64)),
    0,
  );
  return Math.ceil(parts * (kind === 'name' ? (TEXT + 1) * 1.12 : TEXT));
}
