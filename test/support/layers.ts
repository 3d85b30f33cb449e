/** Who may import what; the first entry that matches a file decides. `$1` is the folder that its pattern caught. */
export interface Layer {
  readonly files: RegExp;
  /** Files of the project. */
  readonly mayImport: readonly RegExp[];
  readonly packages?: readonly string[];
}

/** What the package exports: apps and environments import nothing else of it. */
const DOORS = /^lib(\/observability|\/platform|\/stacks\/[^/]+|\/testing)?$/;
const CDK8S = ['cdk8s', 'cdk8s-plus-28', 'constructs'];
const VERSIONS = /^lib\/versions$/;

export const LAYERS: readonly Layer[] = [
  { files: /^main$/, mayImport: [DOORS, /^environments$/], packages: ['cdk8s'] },
  { files: /^environments\//, mayImport: [DOORS, /^environments\//], packages: CDK8S },
  {
    files: /^operator\/src\//,
    mayImport: [/^lib\/(stacks\/model-platform|kube)\//, /^operator\/src\//],
    packages: ['@kubernetes/client-node/dist/config.js'],
  },
  { files: /^examples\/([^/]+)\//, mayImport: [DOORS, /^examples\/$1\//], packages: CDK8S },
  { files: /^lib\/index$/, mayImport: [/^lib\/(components|workloads|kube)\//, VERSIONS] },
  { files: /^lib\/observability$/, mayImport: [/^lib\/components\/observability\//] },
  { files: /^lib\/testing$/, mayImport: [/^lib\/kube\//], packages: CDK8S },
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
