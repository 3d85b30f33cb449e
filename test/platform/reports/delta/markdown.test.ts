import { describe, expect, it } from 'vitest';
import type { Delta, Difference } from '../../../../lib/platform/reports/delta/delta';
import { deltaMarkdown } from '../../../../lib/platform/reports/delta/markdown';

const empty: Delta = { from: 'dev', to: 'prod', namespaces: [], groups: {}, drift: [] };

/** The cells of the row of a difference. */
function row(difference: Difference): string[] {
  const [line = ''] = /^\| x .*$/m.exec(deltaMarkdown({ ...empty, drift: [difference] })) ?? [];
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('the page of a delta', () => {
  it('says so where nothing differs, below what its caller says of it', () => {
    const page = deltaMarkdown(empty, 'Written by hand.');
    expect(page).toMatch(/^# What differs between `dev` and `prod`\n\nWritten by hand\.\n\nNames/);
    expect(page.match(/^## .*$/gm)).toEqual(['## Drift']);
    expect(page).toMatch(/## Drift\n\nNone: /);
  });

  it('has a section for each group, renamed namespaces first and drift last', () => {
    const difference: Difference = { of: 'x', from: 1, to: 2 };
    const page = deltaMarkdown({
      ...empty,
      namespaces: [{ stack: 'fair', from: 'fair', to: 'fair-prod' }],
      groups: { Scale: [difference], Secrets: [difference] },
      drift: [difference],
    });
    expect(page.match(/^## .*$/gm)).toEqual(['## Namespaces', '## Scale', '## Secrets', '## Drift']);
    expect(page).toContain('| `fair` | `fair` | `fair-prod` |');
  });

  it('says what differs, where, and why', () => {
    const cells = ['x', '`spec.replicas`', '`1`', '`2`', 'two zones'];
    expect(row({ of: 'x', path: 'spec.replicas', from: 1, to: 2, because: 'two zones' })).toEqual(cells);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, '–'],
    ['a thing that is there', 'present', 'yes'],
    ['a text with a bar', 'a|b', '`a\\|b`'],
    ['several lines', 'a\nb\nc', 'text of 3 lines'],
    ['several lines in a list', ['sh', 'a\nb\nc'], '`[sh, text of 3 lines]`'],
    ['a switch', false, '`false`'],
    ['fields', { a: 1, b: ['c', { d: 'e' }] }, '`{a: 1, b: [c, {d: e}]}`'],
    ['many fields', { a: 'x'.repeat(60), b: 'y'.repeat(60) }, `\`a: ${'x'.repeat(60)}\`<br>\`b: ${'y'.repeat(60)}\``],
    ['a long list', ['x'.repeat(60), 'y'.repeat(60)], `\`${'x'.repeat(60)}\`<br>\`${'y'.repeat(60)}\``],
  ])('shows %s', (_, value, text) => {
    expect(row({ of: 'x', from: value })[2]).toBe(text);
  });
});
