import type { DeclaredDifference } from '../lib';

/**
 * Differences between environments that are meant although they are none that an environment's configuration is there
 * to decide. `npm run delta` lists every other one as drift.
 */
export const differences: readonly DeclaredDifference[] = [];
