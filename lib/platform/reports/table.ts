/**
 * A Markdown table, without a line break at its end.
 * @param aligned - pads the cells, so that it can be read in a terminal as well. @default false
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], aligned = false): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => (aligned ? Math.max(...cells.map((row) => row[column]?.length ?? 0)) : 0));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [first, widths.map((width) => '-'.repeat(Math.max(width, 3))), ...others].map(line).join('\n');
}
