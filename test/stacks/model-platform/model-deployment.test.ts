import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { ModelDeployment, type ModelDeploymentProps } from '../../../lib/stacks/model-platform/model-deployment';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const minimal: ModelDeploymentProps = { name: 'iris', modelName: 'iris-classifier', modelVersion: 1 };

const all: Required<ModelDeploymentProps> = {
  ...minimal,
  labels: { team: 'vision' },
  replicas: 2,
  environment: 'production',
  resources: {
    requests: { cpu: Cpu.millis(500), memory: Size.mebibytes(512) },
    limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
  },
  autoscaling: { minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 80 },
};

const render = (props: ModelDeploymentProps) =>
  objectOf(new ModelDeployment(testChart(), 'model', props), 'ModelDeployment');

describe('a ModelDeployment', () => {
  test('says nothing but what it is told: the API server has the defaults', () => {
    expect(render(minimal)).toEqual({
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name: 'iris', namespace: 'demo' },
      spec: { modelName: 'iris-classifier', modelVersion: 1 },
    });
  });

  test('has every field, in the words of the custom resource', () => {
    expect(render(all)).toEqual({
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name: 'iris', namespace: 'demo', labels: { team: 'vision' } },
      spec: {
        modelName: 'iris-classifier',
        modelVersion: 1,
        replicas: 2,
        environment: 'production',
        resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 80 },
      },
    });
  });

  test('takes every prop', () => {
    expectEachPropToMatter<ModelDeploymentProps>(render, all, {
      name: 'other',
      modelName: 'other',
      modelVersion: 2,
      labels: {},
      replicas: 1,
      environment: 'staging',
      resources: { requests: { cpu: Cpu.millis(1) } },
      autoscaling: {},
    });
  });

  test('takes parts of resources', () => {
    expect(render({ ...minimal, resources: { limits: { memory: Size.mebibytes(128) } } }).spec.resources).toEqual({
      limits: { memory: '128Mi' },
    });
  });

  test.each<[string, Partial<ModelDeploymentProps>, string]>([
    ['a name that no Service may have', { name: '1iris' }, "'metadata.name' must be at most 53 lower-case letters"],
    ['a label that is none', { labels: { team: 'vision & text' } }, "'labels.team' must be a label value"],
    ['version 0', { modelVersion: 0 }, "'spec.modelVersion' must be at least 1, got 0"],
    ['bounds in the wrong order', { autoscaling: { minReplicas: 6 } }, 'must be at most maxReplicas (5), got 6'],
    [
      'a request above its limit',
      { resources: { requests: { cpu: Cpu.units(2) }, limits: { cpu: Cpu.units(1) } } },
      "'spec.resources.requests.cpu' must be at most limits.cpu, got '2'",
    ],
    [
      'a petabyte, which the custom resource has no unit for',
      { resources: { requests: { memory: Size.gibibytes(1024 ** 2) } } },
      "'spec.resources.requests.memory' must match",
    ],
  ])('fails for %s, before anything is written', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(message);
    expect(() => render({ ...minimal, ...props })).toThrow(/^demo\/model: /);
  });

  test('does not compile with what its types exclude', () => {
    const props: ModelDeploymentProps[] = [
      // @ts-expect-error the version is missing
      { name: 'iris', modelName: 'iris' },
      // @ts-expect-error a version is a number
      { ...minimal, modelVersion: '1' },
      // @ts-expect-error there is no such environment
      { ...minimal, environment: 'test' },
      // @ts-expect-error amounts have types of their own
      { ...minimal, resources: { requests: { cpu: '500m' } } },
      // @ts-expect-error there is no such field
      { ...minimal, autoscaling: { enabled: true } },
    ];
    expect(props).toHaveLength(5);
  });
});
