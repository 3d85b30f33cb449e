import { describe, expect, it } from 'vitest';
import { RuntimeClass, type RuntimeClassProps } from '../../../lib/components/gpu/runtime-class';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

describe('a RuntimeClass', () => {
  it('is handled by the runtime of its own name, in no namespace, with minimal props', () => {
    expect(render({ name: 'nvidia' })).toEqual({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'nvidia' },
      handler: 'nvidia',
    });
  });

  it('has each of its props', () => {
    const all: Required<RuntimeClassProps> = { name: 'gpu', handler: 'nvidia' };
    expect(render(all)).toMatchObject({ metadata: { name: 'gpu' }, handler: 'nvidia' });
    expectEachPropToMatter<RuntimeClassProps>(render, all, { name: 'other', handler: 'other' });
  });

  it('fails for a name that is no DNS name', () => {
    expect(() => render({ name: 'NVIDIA' })).toThrow(
      "demo/runtime-class: 'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'NVIDIA'",
    );
  });
});

function render(props: RuntimeClassProps) {
  const chart = testChart();
  new RuntimeClass(chart, 'runtime-class', props);
  return objectOf(chart, 'RuntimeClass');
}
