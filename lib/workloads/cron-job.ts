import type { Cron, Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podsOf } from '../kube/network/network';
import type { Pods } from '../kube/network/peers';
import { cronExpression } from '../kube/objects/cron';
import { requireProp } from '../kube/objects/errors';
import { recordPodOwner } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { versionLabel } from '../kube/objects/labels';
import { requireDnsLabel } from '../kube/objects/names';
import { requireWhole, wholeSeconds } from '../kube/objects/numbers';
import { type JobProps, jobSpec } from './job';

export interface CronJobProps extends JobProps {
  /** When it runs: `Cron.schedule({ minute: '0', hour: '3' })`. */
  readonly schedule: Cron;
  /** The time zone of `schedule`, by its IANA name: `Europe/Madrid`. @default 'Etc/UTC' */
  readonly timeZone?: string;
  /** What happens when the last run has not ended: this one is left out, replaces it, or runs beside it. @default 'Forbid' */
  readonly concurrency?: 'Forbid' | 'Replace' | 'Allow';
  /** How late a run may start, after the controller was away. At least 10 s, between its looks. @default Duration.minutes(10) */
  readonly startingDeadline?: Duration;
  /** How many Jobs that failed, and how many that succeeded, are kept with their logs. @default { failed: 3, successful: 1 } */
  readonly history?: { readonly failed?: number; readonly successful?: number };
  /** Whether no new run starts. @default false */
  readonly suspend?: boolean;
}

/** The controller appends a dash and ten digits to the name of each Job. */
const LONGEST_NAME = 52;

/** Its form: which names there are depends on the machine that reads them. */
const TIME_ZONE = /^(UTC|[A-Z]\w*(\/[A-Z][\w+-]*)+)$/;

/** Pods that run to their end at given times. The name of the object is the instance of its identity. */
export class CronJob extends Construct {
  readonly name: string;
  /** The pods of all runs, for network policies. */
  readonly pods: Pods;

  constructor(scope: Construct, id: string, props: CronJobProps) {
    super(...placed(scope, id));
    requireKnownProps(
      this,
      props,
      'identity:Identity pod:object backoffLimit?:number activeDeadline?:Duration schedule:Cron timeZone? concurrency?:Forbid|Replace|Allow startingDeadline?:Duration history?:object suspend?:boolean',
    );
    const { identity, pod, schedule, timeZone = 'Etc/UTC', concurrency = 'Forbid', startingDeadline, history } = props;
    requireKnownProps(this, history, 'failed?:number successful?:number', 'history');
    const { failed = 3, successful = 1 } = history ?? {};
    const name = identity.instance;
    requireDnsLabel(this, 'name', name);
    requireProp(name.length <= LONGEST_NAME, this, 'name', `have at most ${LONGEST_NAME} characters`, name);
    requireProp(TIME_ZONE.test(timeZone), this, 'timeZone', 'be an IANA name such as Europe/Madrid', timeZone);
    requireWhole(this, 'history.failed', failed, 0);
    requireWhole(this, 'history.successful', successful, 0);
    const late = startingDeadline === undefined ? 600 : wholeSeconds(this, 'startingDeadline', startingDeadline);
    requireWhole(this, 'startingDeadline', late, 10, 'be at least 10 seconds');
    this.pods = podsOf(this, identity);
    const spec = jobSpec(this, props);
    const labels = { ...this.pods.selector, ...versionLabel(pod.containers[0].image) };
    new k8s.KubeCronJob(this, 'Default', {
      metadata: { name, labels },
      spec: {
        schedule: cronExpression(this, 'schedule', schedule),
        timeZone,
        concurrencyPolicy: concurrency,
        startingDeadlineSeconds: late,
        failedJobsHistoryLimit: failed,
        successfulJobsHistoryLimit: successful,
        suspend: props.suspend,
        jobTemplate: { metadata: { labels: { ...labels } }, spec },
      },
    });
    this.name = name;
    recordPodOwner({ construct: this, kind: 'CronJob', name, template: spec.template });
  }
}
