import { TEXT } from './text';

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

export function dot(x: number, y: number, color: number): string {
  return `<circle class="color${color}" cx="${round(x)}" cy="${round(y)}" r="4"/>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
