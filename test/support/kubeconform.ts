import { spawnSync } from 'node:child_process';
import { Yaml } from 'cdk8s';
import type { Manifest } from './rules';

/**
 * What kubeconform finds in the YAML of objects.
 * @param location - where its schemas are, as its `-schema-location` has it
 */
export function validate(
  kubeconform: string,
  objects: readonly Manifest[],
  location: string,
): { checked: number; problems: string[] } {
  const args = ['-strict', '-schema-location', location, '-output', 'json', '-verbose', '-'];
  const { stdout, stderr } = spawnSync(kubeconform, args, { encoding: 'utf8', input: Yaml.stringify(...objects) });
  if (stdout === '') throw new Error(stderr);
  const { resources } = JSON.parse(stdout) as { resources: Manifest[] };
  const problems = resources.filter(({ status }) => status !== 'statusValid');
  return { checked: resources.length, problems: problems.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`) };
}
