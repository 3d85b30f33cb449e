import type { Construct } from 'constructs';
import type { Identity } from '../../kube/objects/labels';
import type { PodProps } from '../../kube/pods/pod-template';
import { Deployment, type DeploymentProps } from '../../workloads/deployment';
import { Service } from '../../workloads/service';
import { type ClaimTemplate, StatefulSet } from '../../workloads/stateful-set';

export interface SinglePodProps {
  readonly identity: Identity;
  readonly pod: PodProps;
  /** What is kept when the pod goes. @default - nothing */
  readonly claim?: ClaimTemplate;
  readonly port: { readonly name: string; readonly port: number };
  /** How the pod is replaced where it keeps nothing; of two pods one claim would be written by both. @default - that of a Deployment */
  readonly strategy?: DeploymentProps['strategy'];
}

/** A program that must have one pod: a StatefulSet, which never runs two, where there is a claim; else a Deployment. */
export function singlePod(scope: Construct, props: SinglePodProps): StatefulSet | Deployment {
  const { identity, pod, claim, port, strategy } = props;
  if (claim === undefined) return new Deployment(scope, 'Default', { identity, strategy, pod });
  const { name: serviceName } = new Service(scope, 'headless', {
    name: `${identity.instance}-headless`,
    identity,
    headless: true,
    ports: [port],
  });
  return new StatefulSet(scope, 'Default', { identity, serviceName, pod, claims: [claim] });
}
