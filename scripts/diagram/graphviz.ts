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
  pink: ['#bf3989', '#f778ba'],
} as const;
export type Color = keyof typeof COLORS;

const DARK = Object.values(COLORS).flatMap(([light, dark]) =>
  ['fill', 'stroke'].map((property) => `[${property}="${light}"]{${property}:${dark}}`),
);
// Graphviz has the widths of Verdana: those of DejaVu Sans are the same, and other fonts are narrower.
const STYLE = `<style>text{font-family:Verdana,"DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){${DARK.join('')}}</style>`;

const graphviz = await Graphviz.load();

/** Draws graphs, each the content of a digraph in DOT: the least high of those that are not wider than a page. */
export function svg(title: string, ...graphs: readonly string[]): string {
  const font = 'fontname=Verdana, fontsize=12';
  const pictures = graphs.map((graph) => {
    const content = graphviz.layout(`digraph "${title}" {
      graph [${font}, bgcolor="${color('page')}", pad=0.1, labelloc=b, labeljust=l]
      node [${font}, color="${color('line')}", margin="0.08,0.04", height=0.3]
      edge [${font}, color="${color('line')}", fontcolor="${color('muted')}", arrowsize=0.7]
      ${graph}
    }`);
    const [head = '', width, height, rest] = /^.*?<svg width="(\d+)pt" height="(\d+)pt"([^>]*>)/s.exec(content) ?? [];
    const tag = `<svg role="img" aria-label="${title}" width="${width}" height="${height}"${rest}`;
    const excess = Math.max(0, Number(width) - 700);
    return { text: `${tag}\n${STYLE}${content.slice(head.length)}`, rank: excess * 1000 + Number(height) };
  });
  return pictures.sort((one, other) => one.rank - other.rank)[0]?.text ?? '';
}

export function color(name: Color): string {
  return COLORS[name][0];
}

/** The colour of a pool or a stack, by its place. */
export function colorAt(index: number): Color {
  return (['blue', 'green', 'orange', 'violet', 'pink'] as const)[index % 5] ?? 'blue';
}

/** Text in a label, which is HTML to Graphviz. */
export function text(value: string, name: Color = 'ink'): string {
  // Graphviz refuses a font without text.
  return value === ''
    ? ''
    : `<FONT COLOR="${color(name)}">${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</FONT>`;
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
  const parts = [bold(title), table(rows, 'CELLSPACING="2"'), table([keys]), text(note, 'muted')];
  const label = table(parts.map((part) => [cell(part, 'ALIGN="LEFT" CELLPADDING="4"')]));
  return svg(title, `chart [shape=plain, label=<${label}>]`);
}
