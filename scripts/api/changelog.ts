import { spawnSync } from 'node:child_process';

const TRAILER = 'Changelog';

/**
 * Commits since the last release that change the API reports without a word in the changelog: neither by a line that they add to
 * CHANGELOG.md, nor by a trailer `Changelog: none, <reason>`. Merges are not asked; what they merge is.
 *
 * @throws Error where the folder is in no Git repository
 */
export function silentApiChanges(repository: string): string[] {
  const release = git(repository, 'tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-creatordate').split('\n')[0];
  const range = release ? `${release}..HEAD` : 'HEAD';
  const format = `--format=%H%x09%s%x09%(trailers:key=${TRAILER},valueonly,separator=%x20)`;
  return git(repository, 'log', range, '--no-merges', format, '--', 'api')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [hash = '', subject = '', reason = ''] = line.split('\t');
      if (/^none, \S/.test(reason) || addsLine(repository, hash)) return [];
      return [`${hash.slice(0, 10)} ${subject}`];
    });
}

/** Whether a commit adds text to the changelog; a heading or an empty line does not count. */
function addsLine(repository: string, commit: string): boolean {
  const diff = git(repository, 'show', '--format=', '--unified=0', commit, '--', 'CHANGELOG.md');
  return /^\+(?!\+\+ )\s*[^#\s]/m.test(diff);
}

function git(repository: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]}: ${error ?? stderr}`);
  return stdout.trim();
}
