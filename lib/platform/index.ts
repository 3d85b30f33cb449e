/**
 * The platform: one typed configuration, the stacks that it lists, helm releases beside them, and reports of any app.
 * @packageDocumentation
 */

// The platform, and what a stack is to it.

export { connectionLines } from '../kube/network/connection-budget';
export { allowClients, type StackClient, type StackClients } from './clients';
export { buildPlatform, Platform } from './platform';
export type { PlatformConfig, PlatformKind } from './platform-config';
export { Stack, type StackNetwork, type StackProps } from './stack';
export type {
  ClientProgram,
  Command,
  DataBucket,
  Registration,
  StackDay,
  StackExample,
  TokenLogin,
} from './stack-day';
export type {
  ConfiguredStack,
  StackContext,
  StackDefinition,
  StackEntry,
  StackOutputs,
} from './stack-definition';
export { failure } from './summary';

// Releases: helm charts with their values.

export type {
  ChartField,
  ChartFieldForm,
  ChartRule,
  ChartValue,
  ChartValueType,
  ChartVariant,
  HelmChartProps,
} from './helm-chart/chart-value';
export { helmChart } from './helm-chart/helm-chart';
export { RELEASE_NAME, RELEASE_NAMESPACE } from './helm-chart/synth';
export { nodeAffinity } from './releases/node-affinity';
export { type PlacementValues, placementValues, tolerationValues } from './releases/pod-values';
export {
  type HelmChart,
  type HelmValues,
  mergedValues,
  type Release,
  type ReleaseId,
  type ReleaseOptions,
  type ReleaseStage,
} from './releases/release';
export { cloudNativePgReady, postgresReady, type WaitTarget } from './releases/wait-target';

// The cluster: what stacks share, and operators.

export type {
  AddOnProps,
  BarmanCloudProps,
  CertManagerProps,
  CloudNativePgProps,
  MetricsServerProps,
} from './cluster/add-on-values';
export { ClusterStack, type ClusterStackProps } from './cluster/cluster-stack';
export type { Operators } from './cluster/operators';
export type { Files } from './files';
export type { KindConfigProps, NodePortMapping } from './kind/config';

// Checks and reports. A report works on the finished tree of any app.

export {
  type Architecture,
  type ArchitectureConnection,
  type ArchitectureEntrance,
  type ArchitectureKind,
  type ArchitectureNode,
  architecture,
} from './reports/architecture';
export { architectureMermaid } from './reports/architecture-mermaid';
export { type DeclaredDifference, USUAL_DIFFERENCES } from './reports/delta/declared';
export { type Delta, type Difference, delta, type RenamedNamespace } from './reports/delta/delta';
export { deltaMarkdown } from './reports/delta/markdown';
export {
  type OutputThing,
  type PlatformOutput,
  type PlatformOutputOptions,
  platformOutput,
} from './reports/delta/output';
export {
  type Footprint,
  type FootprintAmounts,
  type FootprintKey,
  footprintShortages,
  footprints,
  footprintTable,
} from './reports/footprint';
export type { KubectlOptions } from './reports/kubectl';
export {
  type ForwardedPort,
  localUrl,
  portForwardArguments,
  portTable,
  requireForwardedPorts,
} from './reports/ports';
export {
  type ReachabilityPage,
  type ReachabilityRow,
  reachability,
  reachabilityMarkdown,
  type StackReachability,
} from './reports/reachability';
export { createSecretCommand } from './reports/secret-command';
export {
  type SecretEntry,
  type SecretKeyEntry,
  type SecretsReport,
  type SecretsReportOptions,
  secretsReport,
} from './reports/secrets';
export { secretsMarkdown } from './reports/secrets-markdown';
