import { Graphviz } from '@hpcc-js/wasm-graphviz';

/** Colours in light and in dark. Labels have no classes: the style knows a colour by its value in light. */
const COLORS = {
  page: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  muted: ['#59636e', '#a3adb8'],
  line: ['#8c959f', '#7d8590'],
  edge: ['#d1d9e0', '#3d444d'],
  space: ['#f6f8fa', '#151b23'],
  box: ['#fefefe', '#212830'],
  store: ['#e3f0fc', '#16304a'],
  release: ['#f0e8fb', '#33264a'],
  entry: ['#fdf3d8', '#4a3a10'],
  limit: ['#cf222e', '#ff7b72'],
  blue: ['#0969da', '#58a6ff'],
  green: ['#1a7f37', '#3fb950'],
  orange: ['#bc4c00', '#f0883e'],
  violet: ['#8250df', '#bc8cff'],
} as const;
export type Color = keyof typeof COLORS;

const DARK = Object.values(COLORS).map(
  ([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`,
);
// Graphviz has the widths of Verdana: those of DejaVu Sans are the same, and other fonts are narrower.
const STYLE = `<style>text{font-family:Verdana,"DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){${DARK.join('')}}</style>`;

const graphviz = await Graphviz.load();

/** Draws the first of some graphs, each the content of a digraph in DOT, that is not wider than a page; else the last. */
export function svg(title: string, ...graphs: readonly string[]): string {
  const font = 'fontname=Verdana, fontsize=12';
  const pictures = graphs.map((graph) =>
    graphviz.layout(`digraph "${title}" {
      graph [${font}, bgcolor="${color('page')}", pad=0.1, labelloc=b, labeljust=l]
      node [${font}, color="${color('line')}", margin="0.08,0.04", height=0.3]
      edge [${font}, color="${color('line')}", fontcolor="${color('muted')}", arrowsize=0.7]
      ${graph}
    }`),
  );
  const fits = (picture: string) => Number(/width="(\d+)pt"/.exec(picture)?.[1]) <= 700;
  const best = pictures.find(fits) ?? pictures.at(-1) ?? '';
  const size = /^.*?<svg width="(\d+)pt" height="(\d+)pt"([^>]*>)/s;
  return best.replace(size, `<svg role="img" aria-label="${title}" width="$1" height="$2"$3\n${STYLE}`);
}

export function color(name: Color): string {
  return COLORS[name][0];
}

/** The colour of a pool or a stack, by its place. */
export function colorAt(index: number): Color {
  return (['blue', 'green', 'orange', 'violet'] as const)[index % 4] ?? 'line';
}

/** Text in a label, which is HTML to Graphviz. */
export function text(value: string, name: Color = 'ink'): string {
  return `<FONT COLOR="${color(name)}">${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</FONT>`;
}

export function bold(value: string): string {
  return `<FONT POINT-SIZE="13"><B>${text(value)}</B></FONT>`;
}

export function cell(content: string, attributes = ''): string {
  return `<TD ${attributes}>${content}</TD>`;
}

/** A cell of a size in pixels. */
export function block(name: Color, width: number, height: number): string {
  const size = `FIXEDSIZE="TRUE" WIDTH="${Math.max(1, Math.round(width))}" HEIGHT="${height}"`;
  return cell('', `${size} BGCOLOR="${color(name)}"`);
}

/** @param rows - the cells of each */
export function table(rows: readonly (readonly string[])[], attributes = 'CELLSPACING="0"'): string {
  const all = `BORDER="0" CELLBORDER="0" CELLPADDING="1" COLOR="${color('line')}" ${attributes}`;
  return `<TABLE ${all}>${rows.map((cells) => `<TR>${cells.join('')}</TR>`).join('')}</TABLE>`;
}

/** What a colour means. */
export function key(name: Color, label: string, mark = '■', attributes = ''): string {
  return cell(`${text(mark, name)} ${text(label, 'muted')}`, `ALIGN="LEFT" ${attributes}`);
}

/** A picture of rows of cells, with what the colours mean below it, and a line of text. */
export function chart(title: string, rows: string[][], keys: string[], note = ''): string {
  const parts = [bold(title), table(rows, 'CELLSPACING="2"'), table([keys]), note];
  const label = table(parts.map((part) => [cell(part, 'ALIGN="LEFT" CELLPADDING="4"')]));
  return svg(title, `chart [shape=plain, label=<${label}>]`);
}
