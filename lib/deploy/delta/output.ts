import { parse } from 'yaml';
import type { Manifest } from '../../kube/serialization';
import type { Files } from '../files';

/** Everything that one environment writes. */
export interface PlatformOutput {
  readonly environment: string;
  /** The objects of `dist/`. */
  readonly manifests: readonly Manifest[];
  /** What the files of `deploy/` say, by path; those that are for people alone are left out. */
  readonly documents: Readonly<Record<string, unknown>>;
}

/** The output of an environment, as its objects and the text of its other files. */
export function platformOutput(
  environment: string,
  manifests: readonly Manifest[],
  deployFiles: Files,
): PlatformOutput {
  const data = Object.entries(deployFiles).filter(([path]) => /\.(yaml|json)$/.test(path));
  return { environment, manifests, documents: Object.fromEntries(data.map(([path, text]) => [path, parse(text)])) };
}
