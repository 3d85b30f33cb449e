/**
 * The platform: one typed configuration, the stacks that it selects, and what the tools beside kubectl read of them.
 * @packageDocumentation
 */

export type { BarmanCloudProps } from './cluster/barman-cloud';
export type { CertManagerProps } from './cluster/cert-manager';
export type { CloudNativePgProps } from './cluster/cloudnative-pg';
export { ClusterStack, type ClusterStackProps } from './cluster/cluster-stack';
export type { Operators } from './cluster/operators';
export { forbidCredentials } from './credentials/forbid';
export type { DeclaredDifference } from './delta/declared';
export { DELTA_GROUPS, type DeltaGroup } from './delta/rules';
export type { Files } from './files';
export type { KindConfigProps, NodePortMapping } from './kind/config';
export {
  buildPlatform,
  type FairConfig,
  type FairPipelineConfig,
  Platform,
  type PlatformConfig,
  type StackConfigs,
} from './platform';
export type { ForwardedPort } from './ports';
export type { DatabaseGate, WaitTarget } from './releases/database-gate';
export type { ReleaseIngress } from './releases/ingress';
export { type Release, type ReleaseName, releaseCharts } from './releases/release';
export { Stack, type StackNetwork, type StackProps } from './stack';
export { failure } from './summary';
