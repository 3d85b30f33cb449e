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
  it('says so where nothing differs', () => {
    expect(deltaMarkdown(empty)).toContain('# What differs between `dev` and `prod`\n');
    expect(deltaMarkdown(empty).match(/^## .*$/gm)).toEqual(['## Drift']);
    expect(deltaMarkdown(empty)).toMatch(/## Drift\n\nNone: /);
  });

  it('has a section for each group, renamed namespaces first and drift last', () => {
    const difference: Difference = { of: 'x', from: 1, to: 2 };
    const page = deltaMarkdown({
      ...empty,
      namespaces: [{ stack: 'fair', from: 'fair', to: 'fair-prod' }],
      groups: { backends: [difference], scale: [difference], secrets: [difference] },
      drift: [difference],
    });
    expect(page.match(/^## .*$/gm)).toEqual([
      '## Namespaces',
      '## Substituted backends',
      '## Scale',
      '## Secrets',
      '## Drift',
    ]);
    expect(page).toContain('| `fair` | `fair` | `fair-prod` |');
  });

  it('says what differs, what it is about and why, and where', () => {
    expect(row({ of: 'x', label: 'replicas', path: 'spec.replicas', from: 1, to: 2, because: 'two zones' })).toEqual([
      'x',
      'replicas: two zones',
      '`spec.replicas`',
      '`1`',
      '`2`',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, '–'],
    ['a thing that is there', 'present', 'yes'],
    ['a text', 'a b', '`a b`'],
    ['a text with a bar', 'a|b', '`a\\|b`'],
    ['several lines', 'a\nb\nc', 'text of 3 lines'],
    ['several lines in a list', ['sh', 'a\nb\nc'], '`[sh, text of 3 lines]`'],
    ['a switch', false, '`false`'],
    ['fields', { a: 1, b: ['c', { d: 'e' }] }, '`{a: 1, b: [c, {d: e}]}`'],
    ['many fields', { a: 'x'.repeat(60), b: 'y'.repeat(60) }, `\`a: ${'x'.repeat(60)}\`<br>\`b: ${'y'.repeat(60)}\``],
    ['a long list', ['x'.repeat(60), 'y'.repeat(60)], `\`${'x'.repeat(60)}\`<br>\`${'y'.repeat(60)}\``],
    [
      'a backend',
      { served: 'CloudNativePG', objects: ['Cluster fair/a', 'Cluster fair/b', 'Database fair/c'] },
      '**CloudNativePG**<br>Cluster `fair/a`, `fair/b`<br>Database `fair/c`',
    ],
  ])('shows %s', (_, value, text) => {
    expect(row({ of: 'x', from: value })[3]).toBe(text);
  });
});
