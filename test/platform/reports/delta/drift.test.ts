import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../lib/kube/objects/serialization';
import { delta } from '../../../../lib/platform/reports/delta/delta';
import { container, objects, workload } from './comparisons';
import { output } from './samples';

describe('drift', () => {
  it('is a difference that no environment decides', () => {
    const [from, to] = [['--fast'], ['--slow']].map((args) => workload('Deployment', container({ args })));
    const path = 'spec.template.spec.containers[main].args';
    const difference = { of: 'Deployment fair/api', path, from: ['--fast'], to: ['--slow'] };
    expect(objects([from as Manifest], [to as Manifest])).toMatchObject({ groups: {}, drift: [difference] });
  });

  it('is an object that only one has, unless environments decide that', () => {
    expect(objects([workload('Deployment', {})], [])).toMatchObject({
      groups: {},
      drift: [{ of: 'Deployment fair/api', from: 'present' }],
    });
  });

  it('is none where it is declared, with the reason', () => {
    const declared = [
      { between: ['prod', 'dev'], of: 'Deployment *', group: 'releases', because: 'only developers need it' },
    ] as const;
    expect(delta(output('dev', [workload('Deployment', {})]), output('prod'), declared)).toMatchObject({
      groups: { releases: [{ of: 'Deployment fair/api', from: 'present', because: 'only developers need it' }] },
      drift: [],
    });
  });
});
