import { workload } from '../support/manifests';
import { describeRule, eachObject, world } from '../support/rules';

const rule = eachObject(({ kind, metadata, spec }) => {
  if (kind !== 'Job') return [];
  return [
    ...(/-[0-9a-f]{8}$/.test(metadata.name) ? [] : ['its name carries no hash, and a Job is immutable']),
    ...(spec.ttlSecondsAfterFinished === undefined
      ? []
      : ['it is deleted when it is done, and the next apply runs it again']),
    ...(spec.backoffLimit === undefined ? ['it does not say how often it is tried'] : []),
    ...(spec.template.spec.restartPolicy === 'Never' ? [] : ['the logs of its failed tries are lost']),
  ];
});

const job = (name: string, spec: Record<string, unknown> = {}, restartPolicy = 'Never') =>
  world([workload('Job', name, { restartPolicy }, { spec: { backoffLimit: 6, ...spec } })]);

describeRule('a Job that changes is another Job, and what it did stays to be read', rule, {
  good: [job('migrate-0123abcd')],
  bad: [
    [job('migrate'), 'Job migrate: its name carries no hash, and a Job is immutable'],
    [
      job('migrate-0123abcd', { ttlSecondsAfterFinished: 60 }),
      'Job migrate-0123abcd: it is deleted when it is done, and the next apply runs it again',
    ],
    [
      job('migrate-0123abcd', { backoffLimit: undefined }),
      'Job migrate-0123abcd: it does not say how often it is tried',
    ],
    [job('migrate-0123abcd', {}, 'OnFailure'), 'Job migrate-0123abcd: the logs of its failed tries are lost'],
  ],
});
