import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, expect, test } from 'vitest';
import { irisClassifier, writeModels } from '../../examples/model-deployments/models';
import { ModelDeployment } from '../../lib/stacks/model-platform';
import { specOf } from '../../lib/stacks/model-platform/model-deployment-resource';
import { filesIn } from '../support/golden';
import { itLong } from '../support/programs';
import { synth, testChart } from '../support/synth';

const FOLDER = join(import.meta.dirname, '../../examples/model-deployments');
const temporary = mkdtempSync(join(tmpdir(), 'model-deployments-'));
afterAll(() => rmSync(temporary, { recursive: true }));

function example() {
  const app = new App({ outdir: 'never-written' });
  writeModels(app);
  return synth(app);
}

// Wrong after a change that is meant? npx cdk8s synth, in the folder of the example
itLong('the files that kubectl takes are what the program writes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: FOLDER,
    env: { ...process.env, CDK8S_OUTDIR: temporary },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(filesIn(temporary)).toEqual(filesIn(join(FOLDER, 'manifests')));
  expect(Object.keys(filesIn(temporary))).toEqual([
    'churn-predictor.k8s.yaml',
    'iris-classifier.k8s.yaml',
    'my-model.k8s.yaml',
  ]);
});

test('each is a ModelDeployment of the platform, as the original has it', () => {
  expect(example()).toEqual([
    {
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: {
        name: 'iris-classifier',
        namespace: 'ml-models',
        labels: { model: 'iris-classifier', environment: 'development' },
      },
      spec: {
        modelName: 'iris-classifier',
        modelVersion: 1,
        replicas: 2,
        environment: 'development',
        resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
        autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
      },
    },
    expect.objectContaining({
      metadata: expect.objectContaining({ name: 'churn-predictor' }),
      spec: {
        modelName: 'churn-predictor',
        modelVersion: 1,
        replicas: 3,
        environment: 'production',
        resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 10, targetCPUUtilizationPercentage: 80 },
      },
    }),
    expect.objectContaining({
      metadata: { name: 'my-model', namespace: 'ml-models' },
      spec: expect.objectContaining({ modelName: 'iris-classifier', modelVersion: 2, replicas: 3 }),
    }),
  ]);
});

test('each is what the CustomResourceDefinition accepts', () => {
  for (const { metadata, spec } of example())
    expect(() => specOf('example', { metadata: { name: metadata.name }, spec })).not.toThrow();
});

test('the number that the README tells to try is refused', () => {
  expect(readFileSync(join(FOLDER, 'README.md'), 'utf8')).toContain('write `minReplicas: 11`');
  const model = { ...irisClassifier, autoscaling: { minReplicas: 11 } };
  expect(() => new ModelDeployment(testChart(), 'model', model)).toThrow(
    "demo/model: 'spec.autoscaling.minReplicas' must be at most 10, got 11",
  );
});
