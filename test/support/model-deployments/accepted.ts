import { cpu, iris, limits, memory, requests, resource } from './specs';
import type { GoodCase } from './verdicts';

const good = (title: string, changes: object, name?: string): GoodCase => ({
  title,
  resource: resource({ ...iris, ...changes }, name),
});

/** ModelDeployments that are good. */
export const GOOD: readonly GoodCase[] = [
  good('nothing but a model and its version', {}),
  good('a name of 53 characters', {}, 'a'.repeat(53)),
  good('a name of one letter', {}, 'a'),
  good('a name with digits and dashes', {}, 'iris-v2-a'),
  good('a name of the platform itself', {}, 'postgres'),
  good('a model name of 63 characters', { modelName: 'M'.repeat(63) }),
  good('a model name with dots, dashes and underscores', { modelName: 'Iris_v1.2-a' }),
  good('a model name of one character', { modelName: '7' }),
  good('the last version there can be', { modelVersion: 2_147_483_647 }),
  good('one replica', { replicas: 1 }),
  good('ten replicas', { replicas: 10 }),
  good('staging', { environment: 'staging' }),
  good('production', { environment: 'production' }),
  good('no resources in resources', { resources: {} }),
  good('requests only', requests('500m', '512Mi')),
  good('limits only', limits('1', '1Gi')),
  good('a request above the default limit', requests(4, '8Gi')),
  good('a limit below the default request', limits('100m', '128Mi')),
  good('whole cores as an integer', cpu(1, 2)),
  good('cores with decimals', cpu('0.25', '1.5')),
  good('equal cores in two forms', cpu('1.000', 1)),
  good('one thousandth of a core', cpu('1m', '0.001')),
  good('bytes', memory(268_435_456, 536_870_912)),
  good('equal memory in two forms', memory('1Gi', 1_073_741_824)),
  good('the four units', memory('1048576Ki', '1Ti')),
  good('autoscaling with every default', { autoscaling: { enabled: true } }),
  good('autoscaling that is off', { autoscaling: {} }),
  good('autoscaling with everything', {
    replicas: 2,
    autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
  }),
  good('as many pods at most as at least', { autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 3 } }),
  good('more replicas at first than at most', { replicas: 9, autoscaling: { enabled: true, maxReplicas: 2 } }),
];
