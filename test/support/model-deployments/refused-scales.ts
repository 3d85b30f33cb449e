import { type BadCase, bad, field } from './verdicts';

const bounds = (title: string, minReplicas: number, maxReplicas: number | undefined, most: number): BadCase =>
  bad(
    title,
    { autoscaling: { enabled: true, minReplicas, maxReplicas } },
    `'spec.autoscaling.minReplicas' must be at most maxReplicas (${most}), got ${minReplicas}`,
    'minReplicas must be at most maxReplicas',
  );

/** ModelDeployments that are bad in the number of their pods, or in what changes it. */
export const BAD_SCALES: readonly BadCase[] = [
  field('no replicas', 'replicas', { replicas: 0 }, 'be at least 1', '0', 'Invalid value: 0'),
  field('eleven replicas', 'replicas', { replicas: 11 }, 'be at most 10', '11', 'Invalid value: 11'),
  field('replicas in words', 'replicas', { replicas: 'two' }, 'be of type integer', "'two'", 'Invalid value: "string"'),
  bounds('more pods at least than at most', 6, 3, 3),
  bounds('more pods at least than at most are by default', 6, undefined, 5),
  field(
    'no pods at least',
    'autoscaling.minReplicas',
    { autoscaling: { minReplicas: 0 } },
    'be at least 1',
    '0',
    'Invalid value: 0',
  ),
  field(
    'eleven pods at most',
    'autoscaling.maxReplicas',
    { autoscaling: { maxReplicas: 11 } },
    'be at most 10',
    '11',
    'Invalid value: 11',
  ),
  field(
    'a target of 0 %',
    'autoscaling.targetCPUUtilizationPercentage',
    { autoscaling: { targetCPUUtilizationPercentage: 0 } },
    'be at least 1',
    '0',
    'Invalid value: 0',
  ),
  field(
    'a target of 101 %',
    'autoscaling.targetCPUUtilizationPercentage',
    { autoscaling: { targetCPUUtilizationPercentage: 101 } },
    'be at most 100',
    '101',
    'Invalid value: 101',
  ),
  field(
    'autoscaling switched on in words',
    'autoscaling.enabled',
    { autoscaling: { enabled: 'yes' } },
    'be of type boolean',
    "'yes'",
    'Invalid value: "string"',
  ),
  bad(
    'a field of autoscaling that there is not',
    { autoscaling: { targetCPU: 70 } },
    "'spec.autoscaling' must have no other fields than enabled, minReplicas, maxReplicas, targetCPUUtilizationPercentage, got 'targetCPU'",
    'unknown field "spec.autoscaling.targetCPU"',
  ),
];
