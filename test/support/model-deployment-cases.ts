import type { ModelDeploymentResource } from '../../lib/components/serving/model-deployment-resource';

/**
 * ModelDeployments that are good and bad, one table for two judges: the library, and an API server that has the
 * CustomResourceDefinition.
 */

/** One that is accepted. */
export interface GoodCase {
  readonly title: string;
  readonly resource: ModelDeploymentResource;
}

/** One that is refused. */
export interface BadCase extends GoodCase {
  /** What the library says, without the place. */
  readonly library: string;
  /** What the API server says, among other things. */
  readonly apiServer: string;
}

const iris = { modelName: 'iris-classifier', modelVersion: 1 };

function resource(spec: unknown, name = 'iris'): ModelDeploymentResource {
  return { metadata: { name, namespace: 'ml-platform' }, spec };
}

const good = (title: string, changes: object, name?: string): GoodCase => ({
  title,
  resource: resource({ ...iris, ...changes }, name),
});

const requests = (cpu: unknown, memory?: unknown) => ({ resources: { requests: { cpu, memory } } });
const limits = (cpu: unknown, memory?: unknown) => ({ resources: { limits: { cpu, memory } } });
const cpu = (request: unknown, limit: unknown) => ({
  resources: { requests: { cpu: request }, limits: { cpu: limit } },
});
const memory = (request: unknown, limit: unknown) => ({
  resources: { requests: { memory: request }, limits: { memory: limit } },
});

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

const bad = (title: string, changes: object, library: string, apiServer: string): BadCase => ({
  title,
  resource: resource({ ...iris, ...changes }),
  library,
  apiServer,
});

const NAME = "be at most 53 lower-case letters, digits and '-', from a letter to a letter or digit";
const badName = (title: string, name: string): BadCase => ({
  title,
  resource: resource(iris, name),
  library: `'metadata.name' must ${NAME}, got '${name}'`,
  apiServer: `metadata.name must ${NAME}`,
});

/** A field below `spec` that is refused by its schema. */
const field = (title: string, path: string, changes: object, must: string, got: string, apiServer: string): BadCase =>
  bad(title, changes, `'spec.${path}' must ${must}, got ${got}`, `spec.${path}: ${apiServer}`);

const MODEL_NAME = '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$';
const CPU = '^([1-9][0-9]{0,6}m?|[1-9][0-9]{0,3}\\.[0-9]{1,3}|0\\.([1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))$';
const MEMORY = '^[1-9][0-9]{0,11}(Ki|Mi|Gi|Ti)$';
const pattern = (title: string, path: string, changes: object, regex: string, value: string): BadCase =>
  field(
    title,
    path,
    changes,
    `match ${regex}`,
    `'${value}'`,
    `Invalid value: "${value}": spec.${path} in body should match`,
  );

const REQUEST_CPU = 'resources.requests.cpu';
const REQUEST_MEMORY = 'resources.requests.memory';
const above = (title: string, what: 'cpu' | 'memory', changes: object, got: string): BadCase =>
  bad(
    title,
    changes,
    `'spec.resources.requests.${what}' must be at most limits.${what}, got '${got}'`,
    `requests.${what} must be at most limits.${what}`,
  );
const bounds = (title: string, minReplicas: number, maxReplicas: number | undefined, most: number): BadCase =>
  bad(
    title,
    { autoscaling: { enabled: true, minReplicas, maxReplicas } },
    `'spec.autoscaling.minReplicas' must be at most maxReplicas (${most}), got ${minReplicas}`,
    'minReplicas must be at most maxReplicas',
  );

export const BAD: readonly BadCase[] = [
  badName('a name of 54 characters', 'a'.repeat(54)),
  badName('a name that starts with a digit: no Service may', '1iris'),
  badName('a name with a dot: no label of DNS has one', 'iris.v1'),
  {
    title: 'no spec',
    resource: { metadata: { name: 'iris', namespace: 'ml-platform' }, spec: undefined },
    library: "'spec' must be given, got undefined",
    apiServer: 'spec: Required value',
  },
  {
    title: 'a spec that is no object',
    resource: resource('iris'),
    library: "'spec' must be of type object, got 'iris'",
    apiServer: 'spec in body must be of type object',
  },
  {
    title: 'no model',
    resource: resource({ modelVersion: 1 }),
    library: "'spec.modelName' must be given, got undefined",
    apiServer: 'spec.modelName: Required value',
  },
  {
    title: 'no version',
    resource: resource({ modelName: 'iris' }),
    library: "'spec.modelVersion' must be given, got undefined",
    apiServer: 'spec.modelVersion: Required value',
  },
  field('an empty model name', 'modelName', { modelName: '' }, 'have at least 1 characters', "''", 'Invalid value: ""'),
  field(
    'a model name of 64 characters',
    'modelName',
    { modelName: 'm'.repeat(64) },
    'have at most 63 characters',
    `'${'m'.repeat(64)}'`,
    'Too long: may not be',
  ),
  pattern('a model name with a slash', 'modelName', { modelName: 'team/iris' }, MODEL_NAME, 'team/iris'),
  pattern('a model name that starts with a dash', 'modelName', { modelName: '-iris' }, MODEL_NAME, '-iris'),
  pattern('a model name that ends with a dot', 'modelName', { modelName: 'iris.' }, MODEL_NAME, 'iris.'),
  pattern('a model name with a letter that is no label', 'modelName', { modelName: 'größe' }, MODEL_NAME, 'größe'),
  field('version 0', 'modelVersion', { modelVersion: 0 }, 'be at least 1', '0', 'Invalid value: 0'),
  field('a version below 0', 'modelVersion', { modelVersion: -1 }, 'be at least 1', '-1', 'Invalid value: -1'),
  field(
    'a version of more than 31 bits',
    'modelVersion',
    { modelVersion: 2_147_483_648 },
    'be at most 2147483647',
    '2147483648',
    'Invalid value: 2147483648',
  ),
  field(
    'a version in words',
    'modelVersion',
    { modelVersion: '1' },
    'be of type integer',
    "'1'",
    'Invalid value: "string"',
  ),
  field(
    'half a version',
    'modelVersion',
    { modelVersion: 1.5 },
    'be of type integer',
    '1.5',
    'Invalid value: "number"',
  ),
  field('no replicas', 'replicas', { replicas: 0 }, 'be at least 1', '0', 'Invalid value: 0'),
  field('eleven replicas', 'replicas', { replicas: 11 }, 'be at most 10', '11', 'Invalid value: 11'),
  field('replicas in words', 'replicas', { replicas: 'two' }, 'be of type integer', "'two'", 'Invalid value: "string"'),
  field(
    'an environment that there is not',
    'environment',
    { environment: 'test' },
    "be one of 'development', 'staging', 'production'",
    "'test'",
    'Unsupported value: "test"',
  ),
  field(
    'resources as text',
    'resources',
    { resources: '1Gi' },
    'be of type object',
    "'1Gi'",
    'Invalid value: "string"',
  ),
  pattern('cores with a unit of memory', REQUEST_CPU, requests('1Gi'), CPU, '1Gi'),
  pattern('no cores in words', REQUEST_CPU, requests('0'), CPU, '0'),
  pattern('no cores with decimals', REQUEST_CPU, requests('0.000'), CPU, '0.000'),
  pattern('less than a thousandth of a core', REQUEST_CPU, requests('0.0005'), CPU, '0.0005'),
  pattern('cores below 0', REQUEST_CPU, requests('-1'), CPU, '-1'),
  field('no cores', REQUEST_CPU, requests(0), 'be at least 1', '0', 'Invalid value: 0'),
  field(
    'cores as a fraction without quotes',
    REQUEST_CPU,
    requests(0.5),
    'be an integer or a string',
    '0.5',
    'Invalid value: "number"',
  ),
  pattern('memory without a unit, in quotes', REQUEST_MEMORY, requests(undefined, '512'), MEMORY, '512'),
  pattern('memory in powers of ten', REQUEST_MEMORY, requests(undefined, '512M'), MEMORY, '512M'),
  pattern('memory with decimals', REQUEST_MEMORY, requests(undefined, '1.5Gi'), MEMORY, '1.5Gi'),
  pattern('memory in thousandths of a byte', REQUEST_MEMORY, requests(undefined, '512m'), MEMORY, '512m'),
  field(
    'bytes that are no whole number of Ki',
    REQUEST_MEMORY,
    requests(undefined, 1500),
    'be a multiple of 1024',
    '1500',
    'Invalid value: 1500',
  ),
  field(
    'a memory of 512 bytes',
    REQUEST_MEMORY,
    requests(undefined, 512),
    'be at least 1024',
    '512',
    'Invalid value: 512',
  ),
  pattern('a limit of no cores', 'resources.limits.cpu', limits('0m'), CPU, '0m'),
  pattern('a limit of no memory', 'resources.limits.memory', limits(undefined, '0Mi'), MEMORY, '0Mi'),
  above('a request of more cores than the limit', 'cpu', cpu('600m', '0.5'), '600m'),
  above('a request of one core in two forms, the limit just below', 'cpu', cpu(1, '0.999'), '1'),
  above('a request of more memory than the limit', 'memory', memory('1Gi', '512Mi'), '1Gi'),
  above('a request of one Ki more than the limit', 'memory', memory('1Gi', 1_073_740_800), '1Gi'),
  bounds('more pods at least than at most', 6, 3, 3),
  bounds('more pods at least than at most are by default', 6, undefined, 5),
  field(
    'no pods at least',
    'autoscaling.minReplicas',
    { autoscaling: { minReplicas: 0 } },
    'be at least 1',
    '0',
    'Invalid value: 0',
  ),
  field(
    'eleven pods at most',
    'autoscaling.maxReplicas',
    { autoscaling: { maxReplicas: 11 } },
    'be at most 10',
    '11',
    'Invalid value: 11',
  ),
  field(
    'a target of 0 %',
    'autoscaling.targetCPUUtilizationPercentage',
    { autoscaling: { targetCPUUtilizationPercentage: 0 } },
    'be at least 1',
    '0',
    'Invalid value: 0',
  ),
  field(
    'a target of 101 %',
    'autoscaling.targetCPUUtilizationPercentage',
    { autoscaling: { targetCPUUtilizationPercentage: 101 } },
    'be at most 100',
    '101',
    'Invalid value: 101',
  ),
  field(
    'autoscaling switched on in words',
    'autoscaling.enabled',
    { autoscaling: { enabled: 'yes' } },
    'be of type boolean',
    "'yes'",
    'Invalid value: "string"',
  ),
  bad(
    'a field that there is not',
    { modelVerison: 1 },
    "'spec' must have no other fields than modelName, modelVersion, replicas, environment, resources, autoscaling, got 'modelVerison'",
    'unknown field "spec.modelVerison"',
  ),
  bad(
    'a field of autoscaling that there is not',
    { autoscaling: { targetCPU: 70 } },
    "'spec.autoscaling' must have no other fields than enabled, minReplicas, maxReplicas, targetCPUUtilizationPercentage, got 'targetCPU'",
    'unknown field "spec.autoscaling.targetCPU"',
  ),
];
