import { Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { LimitRange } from '../../../lib/components/tenancy/limit-range';
import { ResourceQuota, type ResourceQuotaProps } from '../../../lib/components/tenancy/resource-quota';
import { notes } from '../../../lib/kube/objects/notes';
import { patch } from '../../../lib/kube/objects/patch';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { Volume } from '../../../lib/kube/pods/volumes';
import { Deployment } from '../../../lib/workloads/deployment';
import { Job } from '../../../lib/workloads/job';
import { StatefulSet } from '../../../lib/workloads/stateful-set';
import { container, identity, pod, resources } from '../../support/samples';
import { expectEachPropToMatter, objectOf, synth, synthError, testChart } from '../../support/synth';

const SURGE_OF_ONE = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) };
const core = {
  requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
  limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
};
const corePod = { ...pod, containers: [{ ...container, resources: core }] as const };

function quota(chart: Chart, props: Partial<ResourceQuotaProps> = {}): ResourceQuota {
  return new ResourceQuota(chart, 'quota', { name: 'quota', ...props });
}

function otherNamespace(chart: Chart): Chart {
  return new Chart(chart.node.root, 'other', { namespace: 'other' });
}

function limitRange(chart: Chart): LimitRange {
  const amounts = { cpu: Cpu.millis(500), memory: Size.mebibytes(256) };
  return new LimitRange(chart, 'limits', { name: 'limits', defaultRequest: amounts, defaultLimit: amounts });
}

function deployment(chart: Chart, replicas: number, name = 'api'): Deployment {
  const instance = { ...identity, instance: name };
  return new Deployment(chart, name, { identity: instance, pod: corePod, replicas, strategy: SURGE_OF_ONE });
}

describe('ResourceQuota', () => {
  test('writes its bounds as the API server does', () => {
    const chart = testChart();
    quota(chart, {
      requests: { cpu: Cpu.millis(4000), memory: Size.mebibytes(8192) },
      limits: { cpu: Cpu.millis(14_500), memory: Size.mebibytes(22_016) },
      extendedRequests: { 'nvidia.com/gpu': 2 },
      pods: 10,
    });
    expect(objectOf(chart, 'ResourceQuota').spec.hard).toEqual({
      'requests.cpu': '4',
      'requests.memory': '8Gi',
      'limits.cpu': '14500m',
      'limits.memory': '22016Mi',
      'requests.nvidia.com/gpu': '2',
      pods: '10',
    });
  });

  test('takes every prop to its manifest, or to its check', () => {
    const render = (props: ResourceQuotaProps) => {
      const chart = testChart();
      limitRange(chart);
      quota(chart, props);
      try {
        return objectOf(chart, 'ResourceQuota');
      } catch (error) {
        return (error as Error).message;
      }
    };
    const all: Required<ResourceQuotaProps> = {
      name: 'quota',
      requests: { cpu: Cpu.units(1) },
      limits: { memory: Size.gibibytes(1) },
      extendedRequests: { 'nvidia.com/gpu': 1 },
      pods: 2,
      otherPods: [{ name: 'debug' }],
    };
    expectEachPropToMatter(render, all, {
      name: 'other',
      requests: { cpu: Cpu.units(2) },
      limits: { memory: Size.gibibytes(2) },
      extendedRequests: {},
      pods: 3,
      otherPods: [{ name: 'debug', count: 3 }],
    });
  });

  test('admits what fits to the last pod', () => {
    const chart = testChart();
    deployment(chart, 3);
    quota(chart, { limits: { cpu: Cpu.units(4) }, pods: 4 });
    expect(() => synth(chart)).not.toThrow();
    expect(notes(chart)).toEqual([]);
  });

  test('counts the pods of a StatefulSet, a Job and others beside those of a Deployment', () => {
    const chart = testChart();
    limitRange(chart);
    deployment(chart, 1);
    const claims = [{ name: 'data', size: Size.gibibytes(1) }] as const;
    const database = { ...identity, instance: 'database' };
    const mounts = [{ volume: Volume.claimTemplate('data'), path: '/data' }];
    new StatefulSet(chart, 'database', {
      identity: database,
      serviceName: 'database',
      pod: { ...pod, containers: [{ ...pod.containers[0], mounts }] },
      replicas: 2,
      claims,
    });
    const job = new Job(chart, 'job', { identity: { ...identity, instance: 'setup' }, pod });
    quota(chart, { pods: 6, otherPods: [{ name: 'debug' }, { name: 'collector', count: 2, resources }] });
    expect(synthError(chart)).toContain(
      `beside StatefulSet 'database', Job '${job.name}', Pod 'debug' and Pod 'collector', got pods 6 (room for 0 of 1)`,
    );
  });

  test('counts what a patch adds', () => {
    const chart = testChart();
    limitRange(chart);
    const target = deployment(chart, 1);
    quota(chart, { limits: { cpu: Cpu.units(2) } });
    expect(() => synth(chart)).not.toThrow();
    patch(target, { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'sidecar', image: 'x:1' } });
    expect(synthError(chart)).toContain('got limits.cpu 2 (room for 1 of 1500m)');
  });

  test('leaves the pods of other namespaces alone', () => {
    const chart = testChart();
    deployment(otherNamespace(chart), 50);
    quota(chart, { pods: 1 });
    expect(() => synth(chart)).not.toThrow();
  });

  test('notes a rollout that it slows down', () => {
    const chart = testChart();
    deployment(chart, 1, 'one');
    deployment(chart, 1, 'two');
    quota(chart, { pods: 3 });
    expect(() => synth(chart)).not.toThrow();
    expect(notes(chart)).toEqual([
      expect.stringMatching(/^demo\/quota: a rollout of Deployment 'one' at 1 replica goes on, but/),
      expect.stringMatching(/^demo\/quota: a rollout of Deployment 'two' at 1 replica goes on, but/),
    ]);
  });

  test('fails where a rollout would be stuck, with the smallest quota that would do', () => {
    const chart = testChart();
    deployment(chart, 3);
    quota(chart, { limits: { cpu: Cpu.units(3) } });
    expect(synthError(chart)).toContain(
      "[demo/quota] 'hard' must admit 3 pods and 1 more for a rollout of Deployment 'api', got limits.cpu 3 (room for 3 of 1): a rollout at 3 replicas is stuck for ever",
    );
    expect(synthError(chart)).toContain('The smallest quota that would do is limits.cpu 4, or with maxUnavailable 1');
  });

  test('fails for pods that admission refuses, because nothing gives them the limit that the quota counts', () => {
    const chart = testChart();
    new Job(chart, 'job', { identity, pod });
    quota(chart, { limits: { cpu: Cpu.units(3) }, otherPods: [{ name: 'debug' }] });
    const error = synthError(chart);
    expect(error).toMatch(
      /'hard' must admit the pods of Job 'api-\w+', got a refusal: container 'main' sets no limits.cpu/,
    );
    expect(error).toContain("the pods of Pod 'debug', got a refusal: container 'debug' sets no limits.cpu");
    limitRange(chart);
    expect(() => synth(chart)).not.toThrow();
  });

  test('does not take the LimitRange of another namespace for its own', () => {
    const chart = testChart();
    limitRange(otherNamespace(chart));
    new Job(chart, 'job', { identity, pod });
    quota(chart, { limits: { cpu: Cpu.units(3) } });
    expect(synthError(chart)).toContain('sets no limits.cpu');
  });

  test.each([
    ['requests', {}, 'bound something'],
    ['limits.cpu', { limits: { cpu: Cpu.millis(0) } }, 'be a positive whole number of millicores'],
    ['requests.memory', { requests: { memory: Size.kibibytes(0) } }, 'be a positive whole number of KiB'],
    ['pods', { pods: 1.5 }, 'be a whole number from 0'],
    ['otherPods.a.count', { pods: 1, otherPods: [{ name: 'a', count: -1 }] }, 'be a whole number from 0, got -1'],
    ['otherPods.a.count', { pods: 1, otherPods: [{ name: 'a', count: 1.5 }] }, 'be a whole number from 0, got 1.5'],
    [
      'otherPods.a.resources.limits.memory',
      { pods: 1, otherPods: [{ name: 'a', resources: { ...resources, limits: { memory: Size.gibibytes(0.3) } } }] },
      "be a positive whole number of KiB, got '0.3Gi'",
    ],
    ['extendedRequests.nvidia.com/gpu', { extendedRequests: { 'nvidia.com/gpu': -1 } }, 'be a whole number from 0'],
  ] satisfies [string, Partial<ResourceQuotaProps>, string][])('fails for wrong %s', (prop, props, allowed) => {
    expect(() => quota(testChart(), props)).toThrow(`demo/quota: '${prop}' must ${allowed}`);
  });
});
