import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuString, sizeString } from '../../../lib/kube/resources/quantities';
import { specJson, specOf } from '../../../lib/stacks/model-platform/model-deployment-resource';
import type { ModelDeploymentSpec } from '../../../lib/stacks/model-platform/model-deployment-spec';
import { BAD, GOOD } from '../../support/model-deployments/cases';

const PLACE = 'ModelDeployment';

describe('a ModelDeployment', () => {
  test.each(GOOD)('may have $title', ({ resource }) => {
    expect(() => specOf(PLACE, resource)).not.toThrow();
  });

  test.each(BAD)('fails for $title', ({ resource, library }) => {
    expect(() => specOf(PLACE, resource)).toThrow(expect.objectContaining({ message: `${PLACE}: ${library}` }));
  });

  test('is judged by a table of some length, in which no case stands twice', () => {
    const titles = [...GOOD, ...BAD].map(({ title }) => title);
    expect(titles.length).toBeGreaterThanOrEqual(80);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('has the defaults of the CustomResourceDefinition, and no resources that could exceed a limit', () => {
    const metadata = { name: 'iris' };
    expect(specOf(PLACE, { metadata, spec: { modelName: 'iris', modelVersion: 1 } })).toEqual({
      modelName: 'iris',
      modelVersion: 1,
      replicas: 1,
      environment: 'development',
    });
    const spec = { modelName: 'iris', modelVersion: 1, autoscaling: { enabled: true } };
    expect(specOf(PLACE, { metadata, spec }).autoscaling).toEqual({
      minReplicas: 1,
      maxReplicas: 5,
      targetCPUUtilizationPercentage: 70,
    });
  });

  test('has no autoscaling where it is not switched on', () => {
    const spec = { modelName: 'iris', modelVersion: 1, autoscaling: { minReplicas: 2 } };
    expect(specOf(PLACE, { metadata: { name: 'iris' }, spec }).autoscaling).toBeUndefined();
  });
});

/** Specs that the CustomResourceDefinition accepts. */
const specs: fc.Arbitrary<ModelDeploymentSpec> = fc
  .record({
    modelName: fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/),
    modelVersion: fc.integer({ min: 1, max: 2_147_483_647 }),
    replicas: fc.integer({ min: 1, max: 10 }),
    environment: fc.constantFrom('development', 'staging', 'production'),
    millis: fc.tuple(fc.integer({ min: 1, max: 64_000 }), fc.integer({ min: 1, max: 64_000 })),
    kibibytes: fc.tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 2 ** 31 })),
    bounds: fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })),
    targetCPUUtilizationPercentage: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ millis, kibibytes, bounds, targetCPUUtilizationPercentage, ...rest }) => {
    const amounts = (pick: (...values: number[]) => number) => ({
      cpu: Cpu.millis(pick(...millis)),
      memory: Size.kibibytes(pick(...kibibytes)),
    });
    return {
      ...rest,
      environment: rest.environment as ModelDeploymentSpec['environment'],
      resources: { requests: amounts(Math.min), limits: amounts(Math.max) },
      autoscaling: {
        minReplicas: Math.min(...bounds),
        maxReplicas: Math.max(...bounds),
        targetCPUUtilizationPercentage,
      },
    };
  });

/** A spec whose amounts are text. */
function plain({ resources: { requests = {}, limits = {} } = {}, ...rest }: ModelDeploymentSpec) {
  const text = ({ cpu, memory }: { cpu?: Cpu; memory?: Size }) => [cpu && cpuString(cpu), memory && sizeString(memory)];
  return { ...rest, requests: text(requests), limits: text(limits) };
}

/** A typed spec after it was written to the custom resource and read from it. */
const written = (spec: ModelDeploymentSpec, name = 'iris') =>
  specOf(PLACE, { metadata: { name }, spec: specJson(PLACE, spec) });

describe('a typed spec', () => {
  test('is the same after it was written and read', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(plain(written(spec))).toEqual(plain(spec));
      }),
    );
  });

  test('fails for a field that does not exist, at every depth, instead of dropping it', () => {
    const spec = { modelName: 'iris', modelVersion: 1 };
    for (const [refusal, value] of Object.entries({
      "'spec' must have no other fields": { ...spec, replicaz: 2 },
      "'spec.autoscaling' must have no other fields": { ...spec, autoscaling: { minReplicaz: 2 } },
      "'spec.resources.request' must be a known property": { ...spec, resources: { request: {} } },
      "'spec.resources.limits.gpu' must be a known property": { ...spec, resources: { limits: { gpu: 1 } } },
    })) {
      expect(() => written(value as ModelDeploymentSpec)).toThrow(`ModelDeployment: ${refusal}`);
    }
  });

  test('fails for what the CustomResourceDefinition refuses, though its types do not', () => {
    const spec = { modelName: 'iris', modelVersion: 1 };
    expect(() => written(spec, 'Iris')).toThrow("ModelDeployment: 'metadata.name' must be at most 53");
    expect(() => written({ ...spec, replicas: 11 })).toThrow(
      "ModelDeployment: 'spec.replicas' must be at most 10, got 11",
    );
    const resources = { limits: { memory: Size.gibibytes(0.3) } };
    expect(() => written({ ...spec, resources })).toThrow(
      "ModelDeployment: 'spec.resources.limits.memory' must be a positive whole number of KiB, got '0.3Gi'",
    );
  });
});
