import { describe } from 'vitest';

/**
 * `describe`, for what needs a program: a machine without it may skip that; CI may not.
 * @param missing - why it cannot run; empty where it can
 */
export function describeUnless(missing: string): typeof describe | typeof describe.skip {
  return missing === '' || process.env.CI === 'true' ? describe : describe.skip;
}
