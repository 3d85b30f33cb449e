import type { Manifest } from '../../kube/serialization';

/** Everything that one environment writes. */
export interface PlatformOutput {
  readonly environment: string;
  /** The objects of `dist/`. */
  readonly manifests: readonly Manifest[];
  /** What the files of `deploy/` say, by path; those that are for people alone are left out. */
  readonly documents: Readonly<Record<string, unknown>>;
}

/** The output of an environment, as its objects, and by path what its other files say or the text of them. */
export function platformOutput(
  environment: string,
  manifests: readonly Manifest[],
  files: Readonly<Record<string, unknown>>,
): PlatformOutput {
  const documents = Object.entries(files)
    .filter(([path]) => !path.endsWith('.md'))
    .map(([path, found]) => [path, JSON.parse(typeof found === 'string' ? found : JSON.stringify(found))]);
  return { environment, manifests, documents: Object.fromEntries(documents) };
}
