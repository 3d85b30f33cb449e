import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A way to import the package. */
export interface Door {
  /** As it is imported: `cdk8s-ml-platform/stacks/fair`. */
  readonly specifier: string;
  /** Name of its file, without slashes: `kit`, `stacks-fair`. */
  readonly name: string;
  /** Path below `lib/`, without an extension. */
  readonly source: string;
}

/** What `exports` of package.json offers, the kit first. */
export function doors(): Door[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries<string | { default: string }>(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const source = /^\.\/build\/lib\/(.+)\.js$/.exec(target.default)?.[1];
    if (source === undefined) throw new Error(`package.json: '${path}' of exports must be compiled from lib/`);
    return { specifier: name + path.slice(1), name: path.slice(2).replaceAll('/', '-') || 'kit', source };
  });
}
