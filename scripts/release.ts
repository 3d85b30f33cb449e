/** What of package.json a release reads. */
export interface PackageManifest {
  readonly version: string;
  readonly repository?: string | { readonly url?: string };
}

/** Address of the sources for a browser; undefined where package.json names none. */
export function sourcesOf({ repository }: PackageManifest): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return /^(?:git\+)?(https:\/\/.+?)(?:\.git)?$/.exec(url ?? '')?.[1];
}

/** Why a version cannot be published yet. */
export function releaseProblems(manifest: PackageManifest, changelog: string): string[] {
  const { version } = manifest;
  const dated = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm');
  const unreleased = /^## \[Unreleased\]$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog)?.[1] ?? '';
  return [
    ...(sourcesOf(manifest) === undefined
      ? [
          "package.json: 'repository' must be the https address of the sources: docs/how-to/release.md says how to set it",
        ]
      : []),
    ...(dated.test(changelog) ? [] : [`CHANGELOG.md must have a section '## [${version}] - <date>'`]),
    ...(unreleased.trim() === '' ? [] : [`CHANGELOG.md: what is under Unreleased must be moved to ${version}`]),
  ];
}

/**
 * A document with its links into the repository as links to the sources of a version: the page of a package has no
 * files beside it.
 */
export function withAbsoluteLinks(markdown: string, sources: string, version: string): string {
  return markdown.replaceAll(/\]\((?!https?:|#)([^)\s]+)\)/g, `](${sources}/blob/v${version}/$1)`);
}
