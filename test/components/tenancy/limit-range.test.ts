import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { LimitRange, type LimitRangeProps } from '../../../lib/components/tenancy/limit-range';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const minimal: LimitRangeProps = {
  name: 'defaults',
  defaultRequest: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
};
const all: Required<LimitRangeProps> = {
  ...minimal,
  defaultLimit: { cpu: Cpu.millis(2000), memory: Size.mebibytes(1024) },
};

describe('a LimitRange', () => {
  it('gives containers a request and no limit, with minimal props', () => {
    expect(render(minimal)).toEqual({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'defaults', namespace: 'demo' },
      spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m', memory: '128Mi' } }] },
    });
  });

  it('has each of its props, in canonical quantities', () => {
    expect(render(all).spec.limits).toEqual([
      { type: 'Container', defaultRequest: { cpu: '100m', memory: '128Mi' }, default: { cpu: '2', memory: '1Gi' } },
    ]);
    expectEachPropToMatter<LimitRangeProps>(render, all, {
      name: 'other',
      defaultRequest: { cpu: Cpu.millis(200), memory: Size.mebibytes(128) },
      defaultLimit: { cpu: Cpu.units(2), memory: Size.gibibytes(2) },
    });
  });

  it.each<[string, Partial<LimitRangeProps>, string]>([
    [
      'a name that is no DNS name',
      { name: 'Defaults' },
      "'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'Defaults'",
    ],
    [
      'a request of no CPU',
      { defaultRequest: { cpu: Cpu.millis(0), memory: Size.mebibytes(1) } },
      "'defaultRequest.cpu' must be a positive whole number of millicores, got '0m'",
    ],
    [
      'a limit of no memory',
      { defaultRequest: minimal.defaultRequest, defaultLimit: { cpu: Cpu.units(1), memory: Size.mebibytes(0) } },
      "'defaultLimit.memory' must be a positive whole number of KiB, got '0Mi'",
    ],
    [
      'a request beyond the limit',
      { defaultLimit: { cpu: Cpu.millis(50), memory: Size.gibibytes(1) } },
      "'defaultRequest' must be at most the default limit of 50m and 1Gi, got '100m and 128Mi'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(`demo/limits: ${message}`);
  });
});

function render(props: LimitRangeProps) {
  const chart = testChart();
  new LimitRange(chart, 'limits', props);
  return objectOf(chart, 'LimitRange');
}
