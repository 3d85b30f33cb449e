import { describe, expect, it } from 'vitest';
import { FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { find } from '../../support/synth';
import { production, render, small } from './samples';

describe('the stack flts', () => {
  it('has a partition of the training data for each pod of a trainer', () => {
    const all = render(production);
    const job = all.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('kafka-topics'));
    const args = job?.spec.template.spec.containers[0].command;
    expect(args).toContain('training-data:2');
    expect(find(all, 'Deployment', 'train-gru').spec.replicas).toBe(2);
    expect(find(all, 'StatefulSet', 'kafka').spec.replicas).toBe(3);
  });

  it('fails for more pods of Prophet than there are partitions', () => {
    const profile = { ...FLTS_SMALL, prophet: { ...FLTS_SMALL.prophet, replicas: 2 } };
    expect(() => render({ ...small, profile })).toThrow(
      "flts: 'profile.prophet.replicas' must be at most 1, the replicas of the networks: the training data has a partition for each, got 2",
    );
  });
});
