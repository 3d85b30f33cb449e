/** Pixels of the text of pictures; that of names is bold and one larger. */
const TEXT = 12;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Colours in light and in dark; that of the page is drawn, because a page need not have the theme of the reader's system. */
const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  page: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  muted: ['#59636e', '#a3adb8'],
  line: ['#8c959f', '#7d8590'],
  space: ['#f6f8fa', '#151b23'],
  edge: ['#d1d9e0', '#3d444d'],
  box: ['#ffffff', '#212830'],
  store: ['#e3f0fc', '#16304a'],
  release: ['#f0e8fb', '#33264a'],
  entry: ['#fdf3d8', '#4a3a10'],
  limit: ['#cf222e', '#ff7b72'],
  color0: ['#0969da', '#58a6ff'],
  color1: ['#1a7f37', '#3fb950'],
  color2: ['#bc4c00', '#f0883e'],
  color3: ['#8250df', '#bc8cff'],
  color4: ['#bf3989', '#f778ba'],
  color5: ['#59636e', '#8b949e'],
};
const variables = (theme: 0 | 1) =>
  Object.entries(COLORS)
    .map(([name, colors]) => `--${name}:${colors[theme]}`)
    .join(';');
const fills = Object.keys(COLORS)
  .map((name) => `.${name}{fill:var(--${name})}`)
  .join('');

const STYLE = `:root{${variables(0)}}
@media (prefers-color-scheme:dark){:root{${variables(1)}}}
text{font:${TEXT}px ${FONT}}
.bold{font-weight:600;font-size:${TEXT + 1}px}
${fills}
.shape{stroke:var(--line)}
.space{stroke:var(--edge)}
.others{fill:var(--space);stroke-dasharray:4 3}
.bar{fill-opacity:.8}
.halo{paint-order:stroke;stroke:var(--space);stroke-width:4px}
.arrow{fill:none;stroke:var(--line);stroke-width:1.3}
.limitline{stroke:var(--limit);stroke-width:1.5;stroke-dasharray:5 4}`;

/** An SVG of a size, in the colours of the reader's theme. */
export function svg(title: string, width: number, height: number, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>
${STYLE}
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="line" d="M0 0.5 8 4 0 7.5z"/></marker></defs>
<rect class="page" width="${width}" height="${height}" rx="8"/>
${content.join('\n')}
</svg>
`;
}

/** @param kind - a colour, and `bold` */
export function text(value: string, x: number, y: number, kind = 'ink', anchor = 'middle'): string {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(value)}</text>`;
}

export function rect(kind: string, x: number, y: number, width: number, height: number, radius = 6): string {
  return `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
}

/** What colours and shapes mean, side by side, below each other where they do not fit. */
export function legend(entries: readonly (readonly [kind: string, label: string])[], top: number, width = 700) {
  let [x, y] = [20, top];
  const content = entries.map(([kind, label]) => {
    const needed = textWidth(label) + 34;
    if (x > 20 && x + needed > width) [x, y] = [20, y + 20];
    const swatch = kind.startsWith('color')
      ? dot(kind, x, y - 4)
      : rect(kind, x - 6, y - 10, 14, 11, kind.endsWith('entry') ? 5.5 : 2);
    x += needed;
    return swatch + text(label, x - needed + 13, y, 'muted', 'start');
  });
  return { content, bottom: y + 12 };
}

export function dot(color: string, x: number, y: number): string {
  return rect(color, x - 4, y - 4, 8, 8, 4);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Widths of characters of Verdana and DejaVu Sans, the widest of the usual fonts without serifs, as parts of its size. */
const WIDTHS = Object.entries({ "ijl'|": 0.3, ' .,:;/()ft-': 0.42, rsczJ: 0.53, m: 0.98, 'wMW%@×–↗': 0.99 });

/** The width of a text in pixels, in the widest of the usual fonts: whatever font a reader has, nothing is cut. */
export function textWidth(text: string, kind: 'plain' | 'name' = 'plain'): number {
  const parts = [...text].reduce((sum, character) => {
    const [, width = /[A-Z]/.test(character) ? 0.74 : 0.64] = WIDTHS.find(([each]) => each.includes(character)) ?? [];
    return sum + width;
  }, 0);
  return Math.ceil(parts * (kind === 'name' ? (TEXT + 1) * 1.12 : TEXT));
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
