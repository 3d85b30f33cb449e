import type { ModelDeploymentResource } from '../../../lib/stacks/model-platform/model-deployment-resource';
import { iris, resource } from './specs';

/** One that is accepted. */
export interface GoodCase {
  readonly title: string;
  readonly resource: ModelDeploymentResource;
}

/** One that is refused. */
export interface BadCase extends GoodCase {
  /** What the library says, without the place. */
  readonly library: string;
  /** What the API server says, among other things. */
  readonly apiServer: string;
}

/** One that is refused for a spec with these changes. */
export const bad = (title: string, changes: object, library: string, apiServer: string): BadCase => ({
  title,
  resource: resource({ ...iris, ...changes }),
  library,
  apiServer,
});

/** A field below `spec` that is refused by its schema. */
export const field = (
  title: string,
  path: string,
  changes: object,
  must: string,
  got: string,
  apiServer: string,
): BadCase => bad(title, changes, `'spec.${path}' must ${must}, got ${got}`, `spec.${path}: ${apiServer}`);

/** A text below `spec` that does not match the regular expression of its field. */
export const pattern = (title: string, path: string, changes: object, regex: string, value: string): BadCase =>
  field(
    title,
    path,
    changes,
    `match ${regex}`,
    `'${value}'`,
    `Invalid value: "${value}": spec.${path} in body should match`,
  );
