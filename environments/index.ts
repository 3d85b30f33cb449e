import type { PlatformConfig } from '../lib/platform';
import { ci } from './ci';
import { dev } from './dev';
import { prod } from './prod';

/** Every environment, by its name. */
export const environments: Readonly<Record<string, PlatformConfig>> = { dev, ci, prod };

/**
 * The environment of a name.
 * @throws Error that lists the names there are
 */
export function environment(name: string): PlatformConfig {
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (found === undefined) {
    throw new Error(`PLATFORM_ENV must be one of ${Object.keys(environments).join(', ')}, got '${name}'`);
  }
  return found;
}

export { compared, differences } from './differences';
export { ci, dev, prod };
