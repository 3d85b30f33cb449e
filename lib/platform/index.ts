/**
 * The platform: one typed configuration, the stacks that it selects, and what the tools beside kubectl read of them.
 * @packageDocumentation
 */

export { ClusterStack, type ClusterStackProps } from './cluster/cluster-stack';
export { forbidCredentials } from './credentials/forbid';
export type { DeclaredDifference } from './delta/declared';
export type { DeltaGroup } from './delta/rules';
export { buildPlatform, type FairConfig, Platform, type PlatformConfig, type StackConfigs } from './platform';
export { Stack, type StackNetwork, type StackProps } from './stack';
export { failure } from './summary';
