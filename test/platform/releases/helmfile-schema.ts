/** The keys that helmfile 1.4.4 knows, as far as `helmfile.yaml` may use them. It refuses every other key. */
export const helmfileKeys = {
  top: [
    'environments',
    'repositories',
    'helmDefaults',
    'templates',
    'releases',
    'commonLabels',
    'hooks',
    'kubeVersion',
  ],
  environment: ['values', 'secrets', 'kubeContext'],
  repository: ['name', 'url', 'oci', 'verify', 'passCredentials'],
  helmDefaults: ['wait', 'waitForJobs', 'timeout', 'createNamespace', 'historyMax', 'cleanupOnFail', 'kubeContext'],
  template: ['hooks', 'labels', 'needs', 'values', 'wait', 'timeout'],
  release: [
    'name',
    'namespace',
    'chart',
    'version',
    'condition',
    'inherit',
    'values',
    'needs',
    'labels',
    'wait',
    'waitForJobs',
    'timeout',
    'hooks',
  ],
  hook: ['name', 'events', 'command', 'args', 'showlogs'],
} as const;

/** Events that never run for `template`, `lint`, `diff` and `destroy`. */
export const syncEvents = ['preapply', 'presync', 'postsync'] as const;
