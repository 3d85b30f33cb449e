import { expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { type FltsConfig, flts } from '../../../lib/stacks/flts/flts';
import { FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { synthesize } from '../../support/environments';
import { nodePool } from '../../support/samples';
import { synth } from '../../support/synth';

const build = (entry: Partial<FltsConfig> = {}, selection = 'all') => {
  const stacks = { flts: flts({ profile: FLTS_SMALL, ...entry }) };
  return synthesize({ name: 'test', local: true, nodePools: [nodePool()], stacks }, selection);
};

it('the FLTS pipeline is built where it is named, and says which node ports it has before it is built', () => {
  const mlflow = { nodePort: 30500, hostPort: 8500 };
  expect(() => build({}, '')).toThrow('none is built by default');
  const { app, platform } = build({ exposure: { mlflow } }, 'flts');
  expect(app.charts.map(({ node }) => node.id)).toEqual(['flts']);
  expect(platform.nodePorts).toEqual([mlflow]);
});

it('the FLTS pipeline has the Secrets of the environment, unless its entry has a source of its own', () => {
  const written = (entry: Partial<FltsConfig>) =>
    synth(build(entry).app).flatMap(({ kind, metadata }) => (kind === 'Secret' ? metadata.name : []));
  expect(written({})).toContain('postgres-credentials');
  expect(written({ credentials: undefined })).toEqual(written({}));
  expect(written({ credentials: existingSecrets() })).toEqual([]);
});

it('the FLTS pipeline is changed by `customize`', () => {
  const seen: string[] = [];
  build({ customize: ({ namespace }) => seen.push(namespace) });
  expect(seen).toEqual(['flts']);
});
