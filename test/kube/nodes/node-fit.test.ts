import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { expect, test } from 'vitest';
import { podTemplate } from '../../../lib/kube/pods/pod-template';
import { container, identity, nodePool, pod } from '../../support/samples';
import { testChart } from '../../support/synth';

function place(cpu: Cpu, memory: Size, count = 1) {
  const containers = Array.from({ length: count }, (_, index) => ({
    ...container,
    name: `main-${index}`,
    resources: { requests: { cpu, memory }, limits: { memory } },
  }));
  const [first = container, ...others] = containers;
  return podTemplate(testChart(), identity, { ...pod, containers: [first, ...others], nodePool: nodePool() });
}

test('a pod may ask for all that a node of its pool has', () => {
  expect(() => place(Cpu.units(4), Size.gibibytes(8))).not.toThrow();
});

test('fails for a pod that requests more CPU or memory than a node of its pool has', () => {
  expect(() => place(Cpu.millis(4001), Size.gibibytes(1))).toThrow(
    "demo: 'resources.requests.cpu' must be at most the 4 of a node of pool 'general', for all containers of a pod together, got '4001m'",
  );
  expect(() => place(Cpu.units(1), Size.gibibytes(9))).toThrow(/'resources.requests.memory' must be at most the 8Gi/);
});

test('fails for containers that only together ask for more', () => {
  expect(() => place(Cpu.units(1), Size.gibibytes(3), 3)).toThrow(/must be at most the 8Gi of a node.*got '9Gi'/);
});
