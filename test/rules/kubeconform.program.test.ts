import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { findPrograms } from '../platform/releases/programs';
import { isCustom } from '../support/custom-resources';
import { environments, worldOf } from '../support/environments';
import { validate } from '../support/kubeconform';
import { deployment, object } from '../support/manifests';
import { describeProgram } from '../support/programs';
import type { Manifest } from '../support/rules';

/** Strict schemas of the oldest Kubernetes that is supported, as `.ci/install-schemas` makes them. */
const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28') } = process.env;

const found = existsSync(join(KUBERNETES_SCHEMAS, '_definitions.json'))
  ? findPrograms('kubeconform')
  : `no schemas in ${KUBERNETES_SCHEMAS}`;

const LOCATION = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');

describeProgram(found, 'every object has exactly the schema of Kubernetes 1.28', (programs) => {
  const findings = (objects: readonly Manifest[]) => validate(programs().kubeconform, objects, LOCATION);

  // All at once: the program takes longer to read its schemas than to check an environment.
  it(`in the environments ${environments.map(({ name }) => name).join(', ')}`, () => {
    const objects = environments
      .flatMap((config) => worldOf({ ...config, kubernetesVersion: undefined }).objects)
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
