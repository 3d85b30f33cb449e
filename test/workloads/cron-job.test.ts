import { Cron, Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { podOwners } from '../../lib/kube/objects/inventory';
import { CronJob, type CronJobProps } from '../../lib/workloads/cron-job';
import { container, identity, pod } from '../support/samples';
import { schemaError } from '../support/schema';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../support/synth';

const schedule = Cron.schedule({ minute: '0', hour: '3' });
const minimal: CronJobProps = { identity, pod, schedule };
const all: Required<CronJobProps> = {
  ...minimal,
  backoffLimit: 2,
  activeDeadline: Duration.minutes(5),
  timeZone: 'Europe/Madrid',
  concurrency: 'Replace',
  startingDeadline: Duration.minutes(1),
  history: { failed: 5, successful: 2 },
  suspend: true,
};

describe('a CronJob with minimal props', () => {
  it('runs one Job at a time, in UTC, and starts one that it missed by minutes', () => {
    const { metadata, spec } = render(minimal);
    expect(metadata.name).toBe('api');
    expect(spec).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 600,
      failedJobsHistoryLimit: 3,
      successfulJobsHistoryLimit: 1,
    });
    expect(spec.jobTemplate.spec).toMatchObject({ backoffLimit: 6, template: { spec: { restartPolicy: 'Never' } } });
    expect(spec.jobTemplate.metadata.labels).toEqual(metadata.labels);
  });

  it('is what the schemas of Kubernetes allow, and in the inventory', () => {
    const chart = testChart();
    new CronJob(chart, 'job', all);
    for (const object of synth(chart)) expect(schemaError(object)).toBeUndefined();
    expect(podOwners(chart)).toMatchObject([{ kind: 'CronJob', name: 'api', namespace: 'demo' }]);
  });
});

it('a CronJob has each of its props', () => {
  expectEachPropToMatter<CronJobProps>(render, all, {
    identity: { ...identity, name: 'other' },
    pod: { ...pod, containers: [{ ...container, args: ['other'] }] },
    schedule: Cron.daily(),
    backoffLimit: 0,
    activeDeadline: Duration.minutes(6),
    timeZone: 'Asia/Tokyo',
    concurrency: 'Allow',
    startingDeadline: Duration.minutes(2),
    history: { failed: 1 },
    suspend: false,
  });
});

describe('the schedule of a CronJob', () => {
  it.each([
    [{ minute: '*/15' }, '*/15 * * * *'],
    [{ minute: '5,35', hour: '8-18/2', weekDay: 'MON-FRI' }, '5,35 8-18/2 * * MON-FRI'],
    [{ day: '1', month: 'jan' }, '* * 1 jan *'],
  ])('may be %o', (fields, expression) => {
    expect(render({ ...minimal, schedule: Cron.schedule(fields) }).spec.schedule).toBe(expression);
  });

  it.each([
    { minute: '60' },
    { hour: '18-8' },
    { hour: '24' },
    { day: '0' },
    { month: '13' },
    { weekDay: '7' },
    { minute: '*/0' },
    { minute: '1,' },
    { minute: 'a' },
    { minute: '0 0' },
  ])('fails for %o, which no controller reads', (fields) => {
    expect(() => render({ ...minimal, schedule: Cron.schedule(fields) })).toThrow(
      "demo/job: 'schedule' must be a schedule of minute, hour, day, month and day of the week (0 to 6), got",
    );
  });
});

it.each<[string, Partial<CronJobProps>, string]>([
  ['an offset in place of a time zone', { timeZone: '+02:00' }, "'timeZone' must be an IANA name such as"],
  ['the zone of the controller', { timeZone: 'Local' }, "'timeZone' must be an IANA name such as"],
  ['a deadline between two looks', { startingDeadline: Duration.seconds(9) }, "'startingDeadline' must be at least 10"],
  ['less than nothing to keep', { history: { failed: -1 } }, "'history.failed' must be a whole number from 0, got -1"],
  [
    'a name without room for a time',
    { identity: { ...identity, instance: 'a'.repeat(53) } },
    "'name' must have at most 52 characters",
  ],
])('a CronJob fails with %s', (_, props, message) => {
  expect(() => render({ ...minimal, ...props })).toThrow(`demo/job: ${message}`);
});

function render(props: CronJobProps) {
  const chart = testChart();
  new CronJob(chart, 'job', props);
  return objectOf(chart, 'CronJob');
}
