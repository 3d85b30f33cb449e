import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { isCustom } from '../custom-resources';

/** The CRDs of the operators, as `.ci/install-crds` takes them from what they publish. */
const { CUSTOM_RESOURCE_DEFINITIONS = resolve('.tools/crds') } = process.env;

/**
 * The CRDs that must be in a cluster before these objects can be: those of operators.
 * @returns the reason where one cannot be had
 */
export function definitionsFor(objects: readonly Manifest[]): readonly Manifest[] | string {
  const definitions = existsSync(CUSTOM_RESOURCE_DEFINITIONS) ? readDefinitions() : [];
  const needed = new Map(
    objects.filter(isCustom).map(({ apiVersion, kind }) => [`${kind}.${group(apiVersion)}`, kind]),
  );
  const found = definitions.filter(({ spec }) => needed.delete(`${spec.names.kind}.${spec.group}`));
  if (needed.size > 0) return `no CRD of ${[...needed.values()].join(', ')} in ${CUSTOM_RESOURCE_DEFINITIONS}`;
  return found;
}

export function readDefinitions(): readonly Manifest[] {
  return readdirSync(CUSTOM_RESOURCE_DEFINITIONS)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseAllDocuments(readFileSync(join(CUSTOM_RESOURCE_DEFINITIONS, name), 'utf8')))
    .map((document) => document.toJS());
}

function group(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? '';
}
