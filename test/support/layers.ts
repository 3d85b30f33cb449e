/** Who may import what; the first entry that matches a file decides. `$1` is the folder that its pattern caught. */
export interface Layer {
  readonly files: RegExp;
  /** Files of the project. */
  readonly mayImport: readonly RegExp[];
  readonly packages?: readonly string[];
}

const CDK8S = ['cdk8s', 'cdk8s-plus-28', 'constructs'];
const VERSIONS = /^lib\/versions$/;

export const LAYERS: readonly Layer[] = [
  { files: /^main$/, mayImport: [/^lib$/, /^environments$/], packages: ['cdk8s'] },
  { files: /^environments\//, mayImport: [/^lib$/, VERSIONS, /^environments\//], packages: CDK8S },
  { files: /^examples\/([^/]+)\//, mayImport: [/^lib$/, /^examples\/$1\//], packages: CDK8S },
  { files: /^lib\/index$/, mayImport: [/^lib\//] },
  { files: /^lib\/versions$/, mayImport: [] },
  {
    files: /^lib\/stacks\/([^/]+)\//,
    mayImport: [/^lib\/(platform|components|workloads|kube)\//, VERSIONS, /^lib\/stacks\/$1\//, /^imports\//],
    packages: CDK8S,
  },
  {
    files: /^lib\/platform\//,
    mayImport: [/^lib\/(platform|components|workloads|kube)\//, VERSIONS],
    packages: CDK8S,
  },
  {
    files: /^lib\/components\/([^/]+)\//,
    mayImport: [/^lib\/(workloads|kube)\//, VERSIONS, /^lib\/components\/$1\//],
    packages: CDK8S,
  },
  { files: /^lib\/workloads\//, mayImport: [/^lib\/(workloads|kube)\//], packages: CDK8S },
  { files: /^lib\/kube\//, mayImport: [/^lib\/kube\//, VERSIONS], packages: CDK8S },
];
