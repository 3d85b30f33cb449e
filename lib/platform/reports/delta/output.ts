import type { Manifest } from '../../../kube/objects/serialization';

/** Everything that one environment writes. */
export interface PlatformOutput {
  readonly environment: string;
  /** The objects of `dist/`. */
  readonly manifests: readonly Manifest[];
  /** What the files of `deploy/` say, by path; those that are for people alone are left out. */
  readonly documents: Readonly<Record<string, unknown>>;
}

/**
 * The output of an environment.
 * @param deployDocuments - what the files of `deploy/` say, by path; JSON and what is for people alone as text
 */
export function platformOutput(
  environment: string,
  manifests: readonly Manifest[],
  deployDocuments: Readonly<Record<string, unknown>>,
): PlatformOutput {
  const documents = Object.entries(deployDocuments)
    .filter(([path]) => /\.(yaml|json)$/.test(path))
    // As it is written: without what is undefined.
    .map(([path, found]) => [path, JSON.parse(typeof found === 'string' ? found : JSON.stringify(found))]);
  return { environment, manifests, documents: Object.fromEntries(documents) };
}
