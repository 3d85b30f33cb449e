import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ModelDeploymentCrd } from '../../../lib/stacks/model-platform/model-deployment-crd';
import { modelDeploymentObjects } from '../../../lib/stacks/model-platform/model-deployment-objects';
import { find, objectOf, testChart } from '../../support/synth';

const written = objectOf(new ModelDeploymentCrd(testChart(), 'crd'), 'CustomResourceDefinition');
const [version] = written.spec.versions;
const { spec, status } = version.schema.openAPIV3Schema.properties;

/** Every schema below one, with its path. */
function schemas(schema: Record<string, never>, path = ''): [string, Record<string, never>][] {
  const children = Object.entries<Record<string, never>>(schema.properties ?? {});
  return [[path, schema], ...children.flatMap(([name, child]) => schemas(child, `${path}.${name}`))];
}

describe('the CustomResourceDefinition of ModelDeployments', () => {
  test('is what crds/modeldeployment.yaml says, in no namespace', () => {
    const path = join(import.meta.dirname, '../../../crds/modeldeployment.yaml');
    expect(written).toEqual(parse(readFileSync(path, 'utf8')));
  });

  test('is known by the names of the original', () => {
    expect(written.spec).toMatchObject({
      group: 'ml.example.com',
      scope: 'Namespaced',
      names: { kind: 'ModelDeployment', plural: 'modeldeployments', shortNames: ['md', 'mldeploy'] },
    });
    expect(version).toMatchObject({ name: 'v1', served: true, storage: true });
  });

  test('separates the status from the spec, and can be scaled', () => {
    expect(version.subresources).toEqual({
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    });
    expect(Object.keys(status.properties)).toEqual(expect.arrayContaining(['replicas', 'selector']));
  });

  test('shows the columns of the original, and how many pods serve', () => {
    const all = version.additionalPrinterColumns as readonly { name: string; priority?: number }[];
    const columns = (wanted?: number) => all.filter(({ priority }) => priority === wanted).map(({ name }) => name);
    expect(columns()).toEqual(['Model', 'Version', 'Replicas', 'Ready', 'Phase', 'Age']);
    // With -o wide.
    expect(columns(1)).toEqual(['Reason', 'URL']);
  });

  test('has every default of the original but those of resources, which could exceed the limit that somebody sets', () => {
    const defaults = schemas(spec)
      .filter(([, schema]) => 'default' in schema)
      .map(([path, schema]) => [path, schema.default]);
    expect(Object.fromEntries(defaults)).toEqual({
      '.replicas': 1,
      '.environment': 'development',
      '.autoscaling.enabled': false,
      '.autoscaling.minReplicas': 1,
      '.autoscaling.maxReplicas': 5,
      '.autoscaling.targetCPUUtilizationPercentage': 70,
    });
  });

  test('says in words which resources a pod gets', () => {
    const registry = { host: 'registry', port: 8000, url: 'http://registry:8000' };
    const objects = modelDeploymentObjects(
      { metadata: { name: 'iris', namespace: 'demo' }, spec: { modelName: 'iris', modelVersion: 1 } },
      { image: 'example.org/server:1', registry },
    );
    const { requests, limits } = find(objects, 'Deployment').spec.template.spec.containers[0].resources;
    expect(spec.properties.resources.description).toContain(
      `${requests.cpu} and ${requests.memory}, at most ${limits.cpu} and ${limits.memory}`,
    );
  });

  test('describes every field', () => {
    const silent = [...schemas(spec), ...schemas(status)].filter(([, schema]) => schema.description === undefined);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test('bounds every text of a spec, so that rules about it have a price', () => {
    const open = schemas(spec).filter(
      ([, { type, maxLength, enum: values }]) => type === 'string' && !maxLength && !values,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });
});
