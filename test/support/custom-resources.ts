import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './synth';

/** Groups of the operators whose objects are written; every other group is Kubernetes' own. */
const OPERATORS = [
  'postgresql.cnpg.io',
  'barmancloud.cnpg.io',
  'karpenter.sh',
  'monitoring.coreos.com',
  'external-secrets.io',
  'bitnami.com',
];

/** Whether an object is of a kind that an operator brings along. */
export function isCustom({ apiVersion }: Manifest): boolean {
  return OPERATORS.some((group) => apiVersion.startsWith(`${group}/`));
}

/**
 * Writes the schemas of the CRDs in a folder to another, as kubeconform reads them: `<kind>-<group>-<version>.json`,
 * which accept no field that the CRD does not have.
 */
export function writeSchemas(crds: string, folder: string): void {
  for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(join(crds, file), 'utf8'))) {
      const { spec } = document.toJS() as Manifest;
      for (const { name, schema } of spec.versions as Manifest[]) {
        const path = `${spec.names.kind}-${spec.group}-${name}.json`.toLowerCase();
        writeFileSync(join(folder, path), JSON.stringify(strict(schema.openAPIV3Schema)));
      }
    }
  }
}

/** Refuses unknown fields wherever a schema lists the known ones, but in the metadata, whose schema is Kubernetes' own. */
function strict(schema: Manifest, path: readonly string[] = []): Manifest {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || path.join('.') === 'metadata';
  const properties: Manifest | undefined = schema.properties;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, strict(value, [...path, name])]),
      ),
      ...(open ? {} : { additionalProperties: false }),
    }),
    ...(schema.items && { items: strict(schema.items, [...path, '[]']) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: strict(schema.additionalProperties, [...path, '{}']),
    }),
  };
}
