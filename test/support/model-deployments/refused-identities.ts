import { iris, resource } from './specs';
import { type BadCase, bad, field, pattern } from './verdicts';

const NAME = "be at most 53 lower-case letters, digits and '-', from a letter to a letter or digit";
const badName = (title: string, name: string): BadCase => ({
  title,
  resource: resource(iris, name),
  library: `'metadata.name' must ${NAME}, got '${name}'`,
  apiServer: `metadata.name must ${NAME}`,
});

const MODEL_NAME = '^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$';

/** ModelDeployments that are bad in what they are: their name, the fields of their spec, their model, their environment. */
export const BAD_IDENTITIES: readonly BadCase[] = [
  badName('a name of 54 characters', 'a'.repeat(54)),
  badName('a name that starts with a digit: no Service may', '1iris'),
  badName('a name with a dot: no label of DNS has one', 'iris.v1'),
  {
    title: 'no spec',
    resource: { metadata: { name: 'iris', namespace: 'ml-models' }, spec: undefined },
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
  field(
    'an environment that there is not',
    'environment',
    { environment: 'test' },
    "be one of 'development', 'staging', 'production'",
    "'test'",
    'Unsupported value: "test"',
  ),
  bad(
    'a field that there is not',
    { modelVerison: 1 },
    "'spec' must have no other fields than modelName, modelVersion, replicas, environment, resources, autoscaling, got 'modelVerison'",
    'unknown field "spec.modelVerison"',
  ),
];
