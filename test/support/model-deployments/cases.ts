import { BAD_IDENTITIES } from './refused-identities';
import { BAD_RESOURCES } from './refused-resources';
import { BAD_SCALES } from './refused-scales';
import type { BadCase } from './verdicts';

/**
 * ModelDeployments that are good and bad, one table for two judges: the library, and an API server that has the
 * CustomResourceDefinition.
 */
export { GOOD } from './accepted';
export const BAD: readonly BadCase[] = [...BAD_IDENTITIES, ...BAD_RESOURCES, ...BAD_SCALES];
