/** Who may import what; the first entry that matches a file decides. What a domain shares stays in it. */
export interface Layer {
  readonly files: RegExp;
  /** Files of the project. */
  readonly mayImport: readonly RegExp[];
  /** Files of the project of which it may import types. */
  readonly mayImportTypes?: readonly RegExp[];
  readonly packages?: readonly string[];
}

const CDK8S = ['cdk8s', 'cdk8s-plus-28', 'constructs'];

export const LAYERS: readonly Layer[] = [
  { files: /^main$/, mayImport: [/^lib$/, /^environments$/], packages: ['cdk8s'] },
  { files: /^environments\//, mayImport: [/^lib$/, /^lib\/versions$/, /^environments\//], packages: CDK8S },
  { files: /^examples\/([^/]+)\//, mayImport: [/^lib$/, /^examples\/$1\//], packages: CDK8S },
  { files: /^lib\/index$/, mayImport: [/^lib\//] },
  { files: /^lib\/versions$/, mayImport: [] },
  { files: /^lib\/platform$/, mayImport: [/^lib\/(charts|deploy|kube)\//], packages: ['cdk8s'] },
  {
    files: /^lib\/charts\/([a-z-]+)/,
    mayImport: [
      /^lib\/(components|workloads|kube)\//,
      /^lib\/versions$/,
      /^lib\/charts\/(stack|stack-secrets|$1\/.*)$/,
    ],
    packages: CDK8S,
  },
  {
    files: /^lib\/deploy\//,
    mayImport: [/^lib\/(deploy|kube)\//, /^lib\/versions$/],
    mayImportTypes: [/^lib\/(components|workloads)\//],
    packages: CDK8S,
  },
  {
    files: /^lib\/components\/serving\//,
    mayImport: [/^lib\/(workloads|kube)\//, /^lib\/versions$/, /^lib\/components\/serving\//, /^imports\//],
    packages: CDK8S,
  },
  {
    files: /^lib\/components\/([^/]+)\//,
    mayImport: [/^lib\/(workloads|kube)\//, /^lib\/versions$/, /^lib\/components\/$1\//],
    packages: CDK8S,
  },
  {
    files: /^lib\/workloads\//,
    mayImport: [/^lib\/kube\//, /^lib\/workloads\/service$/],
    mayImportTypes: [/^lib\/workloads\//],
    packages: CDK8S,
  },
  { files: /^lib\/kube\//, mayImport: [/^lib\/kube\//], packages: CDK8S },
];
