import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain } from '../../kube/objects/names';
import {
  type ComputeRequests,
  cpuMillis,
  cpuString,
  quantities,
  requireCpu,
  requireSize,
  sizeBytes,
  sizeString,
} from '../../kube/resources/quantities';

export interface LimitRangeProps {
  readonly name: string;
  /** Requests of a container without its own. */
  readonly defaultRequest: ComputeRequests;
  /** Limits of a container without its own. @default - no limit */
  readonly defaultLimit?: ComputeRequests;
}

/** Defaults for the containers of a namespace that set no resources themselves. */
export class LimitRange extends Construct {
  constructor(scope: Construct, id: string, props: LimitRangeProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name defaultRequest:object defaultLimit?:object');
    requireUniqueNames(this);
    const { name, defaultRequest, defaultLimit } = props;
    requireDnsSubdomain(this, 'name', name);
    const limits = {
      defaultRequest: this.amounts('defaultRequest', defaultRequest),
      default: defaultLimit && this.amounts('defaultLimit', defaultLimit),
    };
    if (defaultLimit !== undefined) {
      requireProp(
        cpuMillis(defaultRequest.cpu) <= cpuMillis(defaultLimit.cpu) &&
          sizeBytes(defaultRequest.memory) <= sizeBytes(defaultLimit.memory),
        this,
        'defaultRequest',
        `be at most the default limit of ${cpuString(defaultLimit.cpu)} and ${sizeString(defaultLimit.memory)}`,
        `${cpuString(defaultRequest.cpu)} and ${sizeString(defaultRequest.memory)}`,
      );
    }
    new k8s.KubeLimitRange(this, 'Default', {
      metadata: { name },
      spec: { limits: [{ type: 'Container', ...limits }] },
    });
  }

  private amounts(prop: string, resources: ComputeRequests) {
    requireKnownProps(this, resources, 'cpu:Cpu memory:Size', prop);
    const { cpu, memory } = resources;
    requireCpu(this, `${prop}.cpu`, cpu);
    requireSize(this, `${prop}.memory`, memory);
    return quantities({ cpu: cpuString(cpu), memory: sizeString(memory) });
  }
}
