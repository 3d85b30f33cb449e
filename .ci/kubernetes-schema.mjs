// Usage: kubernetes-schema.mjs <swagger.json of Kubernetes> <output folder>
//
// Writes one strict JSON schema per kind, named as kubeconform looks it up, and _definitions.json, which they refer to.
// An unknown field is an error everywhere. So is null, though an API server takes it for an absent field: a manifest
// that holds one is a mistake.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [source, folder] = process.argv.slice(2);
const { definitions } = JSON.parse(readFileSync(source, 'utf8'));

const reference = (name) => ({ $ref: `_definitions.json#/definitions/${name}` });

const JSON_SCHEMA_PROPS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const jsonSchema = reference(JSON_SCHEMA_PROPS);

// Types with a JSON form of their own, which the OpenAPI v2 document cannot express.
const special = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    anyOf: [
      { type: 'number' },
      {
        type: 'string',
        pattern: '^[+-]?(\\d+\\.?\\d*|\\.\\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d+)?$',
      },
    ],
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    anyOf: [{ type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }, { type: 'string' }],
  },
  [JSON_SCHEMA_PROPS.replace(/JSONSchemaProps$/, 'JSON')]: {},
  [`${JSON_SCHEMA_PROPS}OrArray`]: { anyOf: [jsonSchema, { type: 'array', items: jsonSchema }] },
  [`${JSON_SCHEMA_PROPS}OrBool`]: { anyOf: [jsonSchema, { type: 'boolean' }] },
  [`${JSON_SCHEMA_PROPS}OrStringArray`]: { anyOf: [jsonSchema, { type: 'array', items: { type: 'string' } }] },
};

const formats = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  byte: { pattern: '^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$' },
  'date-time': { format: 'date-time' },
  // Neither narrows what JSON can say.
  int64: {},
  double: {},
};

function convert(schema, path) {
  if (schema.$ref) return reference(schema.$ref.replace('#/definitions/', ''));
  const { type, format, items, properties, required, additionalProperties } = schema;
  if (!type) throw new Error(`${path}: no type`);
  if (format && !formats[format]) throw new Error(`${path}: unknown format ${format}`);
  return {
    type,
    ...formats[format],
    ...(items && { items: convert(items, `${path}[]`) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, convert(value, `${path}.${name}`)]),
      ),
      additionalProperties: false,
    }),
    ...(additionalProperties && { additionalProperties: convert(additionalProperties, `${path}{}`) }),
    ...(required && { required }),
  };
}

const converted = Object.fromEntries(
  Object.entries(definitions).map(([name, schema]) => [name, special[name] ?? convert(schema, name)]),
);
for (const name of Object.keys(special)) {
  if (!definitions[name]) throw new Error(`${name} is no longer defined`);
}

mkdirSync(folder, { recursive: true });
const write = (file, schema) => writeFileSync(`${folder}/${file}.json`, `${JSON.stringify(schema)}\n`);

write('_definitions', { $schema: 'http://json-schema.org/draft-07/schema#', definitions: converted });

let kinds = 0;
for (const [name, schema] of Object.entries(definitions)) {
  const { group, version, kind } = schema['x-kubernetes-group-version-kind']?.[0] ?? {};
  // Request and response bodies have no metadata, or belong to every group.
  if (!kind || !schema.properties.metadata || kind === 'Status') continue;
  const { properties, required = [], ...rest } = converted[name];
  write([kind, group.split('.')[0], version].filter(Boolean).join('-').toLowerCase(), {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...rest,
    properties: {
      ...properties,
      apiVersion: { const: group ? `${group}/${version}` : version },
      kind: { const: kind },
    },
    required: [...new Set(['apiVersion', 'kind', ...required])],
  });
  kinds += 1;
}
console.log(`${kinds} kinds`);
