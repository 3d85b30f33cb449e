import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences, environment } from '../../environments';
import { delta } from '../../lib/platform/reports/delta/delta';
import { deltaMarkdown } from '../../lib/platform/reports/delta/markdown';
import { type PlatformOutput, platformOutput } from '../../lib/platform/reports/delta/output';
import type { PlatformConfig } from '../../lib/platform/platform';
import { environments, synthesize } from '../support/environments';
import { filesIn } from '../support/golden';
import { root } from '../support/sources';

function outputOf(config: PlatformConfig): PlatformOutput {
  const { app, platform } = synthesize(config);
  return platformOutput(
    config.name,
    app.charts.flatMap((chart) => chart.toJson()),
    platform.deployDocuments,
  );
}

const PAGE = /^(\w+)-(\w+)-delta\.md$/;
const outputs = new Map(environments.map((config) => [config.name, outputOf(config)]));
const pairs = environments.flatMap((from, index) =>
  environments.slice(index + 1).map((to) => [from.name, to.name] as const),
);
const between = (from: string, to: string) =>
  delta(outputs.get(from) ?? outputOf(environment(from)), outputs.get(to) ?? outputOf(environment(to)), differences);

describe.each(pairs)('between %s and %s', (from, to) => {
  // Wrong after a change that is meant? Declare it in environments/differences.ts, with the reason.
  it('there is no difference that no environment declares', () => {
    expect(between(from, to).drift).toEqual([]);
  });
});

it('every declared difference is there', () => {
  const found = pairs.flatMap(([from, to]) => Object.values(between(from, to).groups).flat());
  const reasons = new Set(found.map(({ because }) => because));
  expect(differences.filter(({ because }) => !reasons.has(because))).toEqual([]);
});

describe('the pages of deltas', () => {
  const folder = join(root, 'docs/reference');
  const pages = Object.keys(filesIn(folder)).filter((name) => PAGE.test(name));

  it('are there for production', () => {
    if (outputs.has('prod')) expect(pages).toContain('dev-prod-delta.md');
  });

  // Wrong after a change that is meant? npm run --silent delta -- dev prod > docs/reference/dev-prod-delta.md
  it.each(pages)('%s is what `npm run delta` prints', (name) => {
    const [, from = '', to = ''] = PAGE.exec(name) ?? [];
    expect(readFileSync(join(folder, name), 'utf8')).toBe(deltaMarkdown(between(from, to)));
  });
});
