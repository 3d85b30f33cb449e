import { requireProp } from '../../../kube/objects/errors';

/** Hardware that a model is made for, as MLM names it. `cpu` is an alias of `amd64` in the text of MLM, though not in its schema. */
export const MLM_ACCELERATORS = [
  'amd64',
  'cpu',
  'cuda',
  'xla',
  'amd-rocm',
  'intel-ipex-cpu',
  'intel-ipex-gpu',
  'macos-arm',
] as const;

export type MlmAccelerator = (typeof MLM_ACCELERATORS)[number];

/** The fields of MLM that say what a model needs to run. Those of an asset go before those of the item. */
export interface MlmRuntime {
  /** Hardware that the model is made for. @default - none in particular */
  readonly 'mlm:accelerator'?: MlmAccelerator | null;
  /** Whether the model runs on nothing else. @default false */
  readonly 'mlm:accelerator_constrained'?: boolean;
  /** The accelerator in words. */
  readonly 'mlm:accelerator_summary'?: string;
  /** How many of the accelerator the model needs at least. @default 1 */
  readonly 'mlm:accelerator_count'?: number;
  /** Memory that the loaded model takes, in bytes. */
  readonly 'mlm:memory_size'?: number;
  /** Batch size that suits the accelerator. */
  readonly 'mlm:batch_size_suggestion'?: number;
}

/** A STAC item with the MLM extension; only what this library reads. */
export interface MlmItem {
  readonly id: string;
  readonly properties: MlmRuntime & { readonly 'mlm:name': string };
  readonly assets: Readonly<Record<string, MlmRuntime & { readonly roles?: readonly string[] }>>;
}

type Json = Readonly<Record<string, unknown>>;

/** The published schema, at its present address and at the one that it had up to version 1.3. */
const EXTENSION =
  /^https:\/\/(?:stac-extensions\.github\.io\/mlm|crim-ca\.github\.io\/mlm-extension)\/v1\.(\d+)\.\d+\/schema\.json$/;

/** The last minor version whose fields are known here. */
const KNOWN_MINOR = 5;

const REQUIRED = ['mlm:name', 'mlm:architecture', 'mlm:tasks', 'mlm:input', 'mlm:output'];

const RUNTIME: Readonly<
  Record<keyof MlmRuntime, { readonly allowed: string; readonly is: (value: unknown) => boolean }>
> = {
  'mlm:accelerator': {
    allowed: `null or one of ${MLM_ACCELERATORS.join(', ')}`,
    is: (value) => value === null || MLM_ACCELERATORS.some((accelerator) => accelerator === value),
  },
  'mlm:accelerator_constrained': { allowed: 'true or false', is: (value) => typeof value === 'boolean' },
  'mlm:accelerator_summary': { allowed: 'a text', is: (value) => typeof value === 'string' },
  'mlm:accelerator_count': { allowed: 'a whole number from 1', is: wholeFrom(1) },
  'mlm:memory_size': { allowed: 'a whole number of bytes', is: wholeFrom(0) },
  'mlm:batch_size_suggestion': { allowed: 'a whole number from 0', is: wholeFrom(0) },
};

const ANYWHERE = [
  'mlm:architecture',
  'mlm:tasks',
  'mlm:framework',
  'mlm:framework_version',
  'mlm:total_parameters',
].concat(['mlm:pretrained', 'mlm:pretrained_source'], Object.keys(RUNTIME));
const OF_ITEMS = [...ANYWHERE, 'mlm:name', 'mlm:input', 'mlm:output', 'mlm:hyperparameters'];
const OF_ASSETS = [...ANYWHERE, 'mlm:artifact_type', 'mlm:compile_method', 'mlm:entrypoint'];

/**
 * Reads a STAC item that follows the MLM extension, version 1. It checks that the item has what MLM requires, that the
 * fields which say what the model needs have the values that MLM allows, and that no field of MLM is misspelled; the
 * rest of the item is for a STAC validator.
 *
 * @throws InvalidPropError that names the item and says all that is missing or wrong.
 */
export function mlmItem(item: unknown): MlmItem {
  const { id, type, stac_extensions: extensions, properties, assets }: Json = isObject(item) ? item : {};
  const location = typeof id === 'string' ? `STAC item '${id}'` : 'STAC item';
  const minor = minorVersion(extensions);
  const problems = [
    ...(typeof id === 'string' ? [] : ['id is missing']),
    ...(type === 'Feature' ? [] : [`type is ${show(type)} and not "Feature"`]),
    ...(minor === undefined ? ['stac_extensions has no https://stac-extensions.github.io/mlm/v1.x.y/schema.json'] : []),
    ...(isObject(properties) ? itemProblems(properties, minor) : ['properties is missing']),
    ...(isObject(assets) ? assetProblems(assets, minor) : ['assets is missing']),
  ];
  requireProp(problems.length === 0, location, 'item', 'follow the MLM extension', problems.join('; '));
  return item as MlmItem;
}

function minorVersion(extensions: unknown): number | undefined {
  const versions = Array.isArray(extensions) ? extensions.map((url) => EXTENSION.exec(String(url))?.[1]) : [];
  const minor = versions.find((version) => version !== undefined);
  return minor === undefined ? undefined : Number(minor);
}

function itemProblems(properties: Json, minor: number | undefined): string[] {
  const missing = REQUIRED.filter((field) => properties[field] === undefined || properties[field] === null);
  const lists = ['mlm:tasks', 'mlm:input', 'mlm:output'].filter((field) => !missing.includes(field));
  return [
    ...missing.map((field) => `${field} is missing`),
    ...lists.filter((field) => !Array.isArray(properties[field])).map((field) => `${field} is not a list`),
    ...fieldProblems('', properties, OF_ITEMS, minor),
  ];
}

function assetProblems(assets: Json, minor: number | undefined): string[] {
  const models = Object.entries(assets).filter(([, asset]) => isModel(asset));
  return [
    ...(models.length > 0 ? [] : ["no asset has the role 'mlm:model'"]),
    // The first versions knew no artifact type.
    ...models
      .filter(([, asset]) => minor !== undefined && minor >= 4 && isObject(asset) && !asset['mlm:artifact_type'])
      .map(([name]) => `mlm:artifact_type is missing in asset ${name}`),
    ...Object.entries(assets).flatMap(([name, asset]) =>
      isObject(asset) ? fieldProblems(` in asset ${name}`, asset, OF_ASSETS, minor) : [`asset ${name} is no object`],
    ),
  ];
}

function fieldProblems(where: string, fields: Json, known: readonly string[], minor = KNOWN_MINOR): string[] {
  const strange = Object.keys(fields).filter((field) => field.startsWith('mlm:') && !known.includes(field));
  const runtime = Object.entries(RUNTIME).filter(([field]) => fields[field] !== undefined);
  return [
    // A later version may have fields that are not known here.
    ...(minor <= KNOWN_MINOR ? strange.map((field) => `${field}${where} is no field of MLM there`) : []),
    ...runtime
      .filter(([field, { is }]) => !is(fields[field]))
      .map(([field, { allowed }]) => `${field}${where} is ${show(fields[field])} and not ${allowed}`),
  ];
}

/** Whether an asset is the model itself, rather than code, an image or a text about it. */
export function isModel(asset: unknown): boolean {
  return isObject(asset) && Array.isArray(asset.roles) && asset.roles.includes('mlm:model');
}

function wholeFrom(least: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
