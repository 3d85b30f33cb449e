import { expect, it } from 'vitest';
import { markdownTable } from '../../../lib/platform/reports/table';

it('a table has a line for its head and one for each row, and survives what stands in it', () => {
  expect(markdownTable(['a', 'b'], [['1', '2 | 3']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 \\| 3 |');
});

it('a table that is aligned has columns of one width', () => {
  expect(markdownTable(['name', 'b'], [['1', '2 | 3']], true)).toBe(
    '| name | b      |\n| ---- | ------ |\n| 1    | 2 \\| 3 |',
  );
});
