import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../deploy/helm/programs';
import { isCustom } from '../support/custom-resources';
import { deployment, object } from '../support/manifests';
import { everyWorld, type Manifest } from '../support/rules';

/** Strict schemas of the oldest Kubernetes that is supported, as `.ci/install-schemas` makes them. */
const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28'), CI } = process.env;

const kubeconform = findProgram('kubeconform');
const reason = [
  ...(kubeconform === undefined ? ['no kubeconform on the search path or in .tools/bin'] : []),
  ...(existsSync(join(KUBERNETES_SCHEMAS, '_definitions.json')) ? [] : [`no schemas in ${KUBERNETES_SCHEMAS}`]),
].join(', ');
if (reason !== '') console.warn(`kubeconform.program.test.ts does not run: ${reason}`);
// A machine without the program may skip these; CI may not.
const describeKubeconform = reason === '' || CI === 'true' ? describe : describe.skip;

/** What kubeconform finds in the YAML of these objects. */
function findings(objects: readonly Manifest[]): { checked: number; problems: string[] } {
  if (kubeconform === undefined) throw new Error(reason);
  const location = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');
  const args = ['-strict', '-schema-location', location, '-output', 'json', '-verbose', '-'];
  const { stdout, stderr } = spawnSync(kubeconform, args, { encoding: 'utf8', input: Yaml.stringify(...objects) });
  if (stdout === '') throw new Error(stderr);
  const { resources } = JSON.parse(stdout) as { resources: Manifest[] };
  const problems = resources.filter(({ status }) => status !== 'statusValid');
  return { checked: resources.length, problems: problems.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`) };
}

describeKubeconform(`every object has exactly the schema of Kubernetes 1.28${reason && ` (${reason})`}`, () => {
  // All at once: the program takes longer to read its schemas than to check an environment.
  it(`in the environments ${everyWorld()
    .map(({ config }) => config.name)
    .join(', ')}`, () => {
    const objects = everyWorld()
      .flatMap((world) => world.objects)
      .filter((manifest) => !isCustom(manifest));
    expect(findings(objects)).toEqual({ checked: objects.length, problems: [] });
  });

  it.each<[string, Manifest, RegExp]>([
    ['a field that does not exist', deployment({ nodeSelectors: {} }), /nodeSelectors/],
    [
      'a number where there must be text',
      object('ConfigMap', 'a', { data: { a: 1 } }),
      /got number, want string|expected string/i,
    ],
    ['a kind that does not exist', object('Gadget', 'a'), /gadget/i],
  ])('fails for %s', (_, manifest, message) => {
    const apiVersion = manifest.kind === 'Deployment' ? 'apps/v1' : manifest.apiVersion;
    const { problems } = findings([{ ...manifest, apiVersion }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
