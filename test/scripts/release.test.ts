import { describe, expect, it } from 'vitest';
import { releaseProblems, sourcesOf, withAbsoluteLinks } from '../../scripts/release';

const repository = { url: 'git+https://git.example.org/team/platform.git' };
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n\n- All of it.\n';

describe('a version', () => {
  it('can be published once its changes are its own', () => {
    expect(releaseProblems({ version: '1.2.3', repository }, CHANGELOG)).toEqual([]);
    expect(releaseProblems({ version: '1.2.3', repository }, CHANGELOG.replace('## [Unreleased]\n\n', ''))).toEqual([]);
  });

  it.each([
    ['no address of its sources', { version: '1.2.3' }, CHANGELOG, "'repository' must be the https address"],
    ['an address that no browser opens', { version: '1.2.3', repository: 'git@example.org:a/b' }, CHANGELOG, 'https'],
    ['no section in the changelog', { version: '1.2.4', repository }, CHANGELOG, "a section '## [1.2.4] - <date>'"],
    ['a section of another version', { version: '1.2.3', repository }, CHANGELOG.replace('1.2.3', '1x2.3'), '[1.2.3]'],
    ['no date', { version: '1.2.3', repository }, CHANGELOG.replace(' - 2026-01-31', ''), '[1.2.3]'],
    [
      'changes that are of no version',
      { version: '1.2.3', repository },
      CHANGELOG.replace('[Unreleased]\n', '[Unreleased]\n\n- Another one.\n'),
      'must be moved to 1.2.3',
    ],
    [
      'an unreleased section at the end',
      { version: '1.2.3', repository },
      '## [1.2.3] - 2026-01-31\n\n## [Unreleased]\n\n- Another one.\n',
      'must be moved to 1.2.3',
    ],
  ])('fails with %s', (_, manifest, changelog, problem) => {
    const problems = releaseProblems(manifest, changelog);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});

describe('a link of the README', () => {
  const sources = sourcesOf({ version: '1.2.3', repository }) ?? '';

  it.each([
    ['[a](docs/a.md#b)', '[a](https://git.example.org/team/platform/blob/v1.2.3/docs/a.md#b)'],
    ['[a](https://example.org/a)', '[a](https://example.org/a)'],
    ['[a](#here)', '[a](#here)'],
  ])('%s is %s on the page of the package', (link, published) => {
    expect(withAbsoluteLinks(link, sources, '1.2.3')).toBe(published);
  });
});
