import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { isCustom } from '../support/custom-resources';
import { findings, noKubeconform } from '../support/kubeconform';
import { deployment, object } from '../support/manifests';
import { describeUnless } from '../support/programs';
import { everyWorld, type Manifest } from '../support/rules';

/** Strict schemas of the oldest Kubernetes that is supported, as `.ci/install-schemas` makes them. */
const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28') } = process.env;

const reason = [
  ...noKubeconform,
  ...(existsSync(join(KUBERNETES_SCHEMAS, '_definitions.json')) ? [] : [`no schemas in ${KUBERNETES_SCHEMAS}`]),
].join(', ');
if (reason !== '') console.warn(`kubeconform.program.test.ts does not run: ${reason}`);
const describeKubeconform = describeUnless(reason);

const LOCATION = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');

describeKubeconform(`every object has exactly the schema of Kubernetes 1.28${reason && ` (${reason})`}`, () => {
  // All at once: the program takes longer to read its schemas than to check an environment.
  it(`in the environments ${everyWorld()
    .map(({ config }) => config.name)
    .join(', ')}`, () => {
    const objects = everyWorld()
      .flatMap((world) => world.objects)
      .filter((manifest) => !isCustom(manifest));
    expect(findings(objects, LOCATION)).toEqual({ checked: objects.length, problems: [] });
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
    const { problems } = findings([{ ...manifest, apiVersion }], LOCATION);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
