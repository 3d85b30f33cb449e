import { describe, expect, it } from 'vitest';
import { FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { find } from '../../support/synth';
import { envOf } from './programs/samples';
import { containerOf, production, render, small } from './samples';

describe('the stack flts', () => {
  it('has a partition of the training data for each pod of a trainer', () => {
    const all = render(production);
    const job = all.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('kafka-topics'));
    const args = job?.spec.template.spec.containers[0].command;
    expect(args).toContain('training-data:2');
    expect(find(all, 'Deployment', 'train-gru').spec.replicas).toBe(2);
    expect(find(all, 'StatefulSet', 'kafka').spec.replicas).toBe(3);
  });

  it('hands numbers and settings to the trainer that they are for', () => {
    const all = render({
      ...small,
      models: { gru: { epochs: 7, layers: 3 }, prophet: { country: 'ES' } },
      settings: { networks: { PATIENCE: '5' }, prophet: { SEASONALITY_MODE: 'multiplicative' } },
    });
    const env = (name: string) => envOf(containerOf(all, name));
    expect(env('train-gru')).toMatchObject({ EPOCHS: '7', NUM_LAYERS: '3', PATIENCE: '5' });
    expect(env('train-lstm')).toMatchObject({ EPOCHS: '5', NUM_LAYERS: '2', PATIENCE: '5' });
    expect(env('nonml-prophet')).toMatchObject({ COUNTRY: 'ES', SEASONALITY_MODE: 'multiplicative' });
  });

  it('fails for a setting that a property decides', () => {
    expect(() => render({ ...small, settings: { networks: { EPOCHS: '7' } } })).toThrow(
      "flts/train-gru: 'settings' must name variables of the program that no other property decides, got 'EPOCHS'",
    );
  });

  it('fails for more pods of Prophet than there are partitions', () => {
    const profile = { ...FLTS_SMALL, prophet: { ...FLTS_SMALL.prophet, replicas: 2 } };
    expect(() => render({ ...small, profile })).toThrow(
      "flts: 'profile.prophet.replicas' must be at most 1, the replicas of the networks: the training data has a partition for each, got 2",
    );
  });
});
