import { expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { modelPlatform } from '../../../lib/stacks/model-platform/model-platform';
import { synthesize } from '../../support/environments';
import { nodePool } from '../../support/samples';
import { find, synth } from '../../support/synth';

const pool = nodePool();
const config = { name: 'test', nodePools: [pool] };

it('the model platform is built where it is named, with what a ModelDeployment is, which is written once', () => {
  const stacks = { models: modelPlatform({ namespace: 'a' }), more: modelPlatform({ namespace: 'b' }) };
  expect(() => synthesize({ ...config, stacks }, '')).toThrow('none is built by default');
  const files = synthesize({ ...config, stacks }).app.charts;
  expect(files.map(({ node }) => node.id).sort()).toEqual(['a-models', 'b-models', 'cluster', 'models', 'more']);
  expect(
    find(
      files.flatMap((chart) => chart.toJson()),
      'CustomResourceDefinition',
    ).metadata.name,
  ).toBe('modeldeployments.ml.example.com');
});

it('the model platform says which node ports it has before it is built', () => {
  const console = { nodePort: 30901, hostPort: 8901 };
  expect(modelPlatform({}).nodePorts).toEqual([]);
  expect(modelPlatform({ nodePorts: { console } }).nodePorts).toEqual([console]);
});

it('the model platform has the Secrets of the environment, and is changed by `customize`', () => {
  const seen: string[] = [];
  const stacks = { models: modelPlatform({ customize: ({ namespace }) => seen.push(namespace) }) };
  const { app } = synthesize({ ...config, credentials: existingSecrets(), stacks });
  expect(requiredSecrets(app).map(({ name }) => name)).toContain('model-registry-db');
  expect(synth(app).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  expect(seen).toEqual(['models']);
});

it('fails where models are to run on a pool that the environment does not have', () => {
  const stacks = { models: modelPlatform({ server: { nodePool: nodePool({ name: 'gpu' }) } }) };
  expect(() => synthesize({ ...config, stacks })).toThrow(
    "models: 'server.nodePool' must be one of 'general' (the node pools of this environment), got 'gpu'",
  );
});
