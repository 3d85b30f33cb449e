import { Construct } from 'constructs';
import { type HttpConnection, httpConnection } from '../../kube/network/connections';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Use } from '../../kube/pods/uses';
import { Deployment } from '../../workloads/deployment';
import { HorizontalPodAutoscaler } from '../../workloads/horizontal-pod-autoscaler';
import { PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';
import { modelDeploymentParts } from './model-deployment-parts';
import { checkedSpec } from './model-deployment-resource';
import type { ModelDeploymentSpec } from './model-deployment-spec';
import { modelNetwork } from './model-network';
import type { ModelServer } from './model-server';

export interface ModelDeploymentWorkloadProps extends ModelDeploymentSpec {
  /** At most 53 characters; every object is called `name-inference`. */
  readonly name: string;
  /** What the pods run. */
  readonly server: ModelServer;
  /** What the server connects to, beside the registry. @default - nothing */
  readonly uses?: readonly Use[];
}

/**
 * What an operator makes of a ModelDeployment, made at synth: a Deployment, its Service, and the autoscaler and the
 * disruption budget that the spec calls for.
 */
export class ModelDeploymentWorkload extends Construct {
  readonly deployment: Deployment;
  readonly service: Service;
  /** Where there is `autoscaling`. */
  readonly autoscaler?: HorizontalPodAutoscaler;
  /** Where at least two replicas are guaranteed. */
  readonly disruptionBudget?: PodDisruptionBudget;
  /** How neighbours in the cluster reach the model. */
  readonly connection: HttpConnection;

  /** @throws InvalidPropError for what the CustomResourceDefinition refuses */
  constructor(scope: Construct, id: string, props: ModelDeploymentWorkloadProps) {
    super(...placed(scope, id));
    const words =
      'name server:object uses?:object[] autoscaling?:object environment?:development|staging|production modelName modelVersion:number replicas?:number resources?:object';
    requireKnownProps(this, props, words);
    const { name, server, uses, ...spec } = props;
    const parts = modelDeploymentParts(this, name, checkedSpec(this, name, spec), server);
    const { pod, ...deployment } = parts.deployment;
    this.deployment = new Deployment(this, 'Default', { ...deployment, pod: { ...pod, uses } });
    this.service = new Service(this, 'service', parts.service);
    const target = this.deployment;
    if (parts.autoscaler) this.autoscaler = new HorizontalPodAutoscaler(this, 'hpa', { ...parts.autoscaler, target });
    if (parts.disruptionBudget) {
      this.disruptionBudget = new PodDisruptionBudget(this, 'pdb', { ...parts.disruptionBudget, target });
    }
    const { host } = this.service;
    const [{ port }] = parts.service.ports;
    this.connection = httpConnection(host, port);
    modelNetwork(this, server, this.deployment.pods);
  }
}
