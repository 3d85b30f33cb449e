import { ApiObject, type Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podsOf } from '../kube/network/network';
import type { Pods } from '../kube/network/peers';
import { checksum } from '../kube/objects/checksums';
import { recordPodOwner } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { type Identity, versionLabel } from '../kube/objects/labels';
import { requireDnsLabel } from '../kube/objects/names';
import { requireWhole, wholeSeconds } from '../kube/objects/numbers';
import { afterEveryChange } from '../kube/objects/serialization';
import { type PodProps, podTemplate } from '../kube/pods/pod-template';

export interface JobProps {
  readonly identity: Identity;
  readonly pod: PodProps;
  /** How many times a failed pod is tried again, each time after a longer pause (10 s, 20 s, … 6 min). @default 6 */
  readonly backoffLimit?: number;
  /** @default - no bound on the time that it takes */
  readonly activeDeadline?: Duration;
}

/**
 * Pods that run to their end. A Job is immutable, so its name carries a hash of its whole spec, patches included: a
 * changed Job is a new one, and running it again must be harmless. The one that it replaces stays until it is pruned.
 */
export class Job extends Construct {
  /** Its pods, for network policies: whatever the hash of their Job. */
  readonly pods: Pods;
  private readonly object: ApiObject;

  constructor(scope: Construct, id: string, props: JobProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'identity:Identity pod:object backoffLimit?:number activeDeadline?:Duration');
    const { identity, pod } = props;
    this.pods = podsOf(this, identity);
    const typed = jobSpec(this, props);
    // Serialized once, for the hash and for the object.
    const spec = k8s.toJson_JobSpec(typed);
    const nameOf = (spec: unknown) => `${identity.instance}-${checksum(spec).slice(0, 8)}`;
    const name = nameOf(spec);
    requireDnsLabel(this, 'name', name);
    this.object = new ApiObject(this, 'Default', {
      ...k8s.KubeJob.GVK,
      metadata: { name, labels: { ...this.pods.selector, ...versionLabel(pod.containers[0].image) } },
      spec,
    });
    afterEveryChange(this.object, (manifest) =>
      // A patch may name it, too.
      manifest.metadata.name === name
        ? { ...manifest, metadata: { ...manifest.metadata, name: nameOf(manifest.spec) } }
        : manifest,
    );
    recordPodOwner({ construct: this, kind: 'Job', name, template: typed.template });
  }

  /** `instance-hash`. It changes when the Job is patched. */
  get name(): string {
    return this.object.toJson().metadata.name;
  }
}

/** What a Job does: the whole of it, or what a CronJob starts each time. */
export function jobSpec(scope: Construct, { identity, pod, backoffLimit = 6, activeDeadline }: JobProps): k8s.JobSpec {
  requireWhole(scope, 'backoffLimit', backoffLimit, 0);
  const template = podTemplate(scope, identity, pod);
  return {
    backoffLimit,
    activeDeadlineSeconds: activeDeadline && wholeSeconds(scope, 'activeDeadline', activeDeadline, 1),
    // Never, not OnFailure: the pods of failed tries stay, and with them their logs.
    template: {
      ...template,
      spec: { ...template.spec, containers: template.spec?.containers ?? [], restartPolicy: 'Never' },
    },
  };
}
