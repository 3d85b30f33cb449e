import { dev, prod } from '../../environments';
import { reachability, reachabilityMarkdown } from '../../lib/platform/reachability';
import { synthesize } from './environments';

/** What `docs/reference/reachability.md` says: of the environments that differ, with all of their stacks. */
export function reachabilityPage(): string {
  const pages = [dev, prod].map((config) => [config.name, reachability(synthesize(config).app)]);
  return reachabilityMarkdown(Object.fromEntries(pages));
}
