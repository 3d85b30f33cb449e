import { Construct } from 'constructs';
import { ModelDeployment as Kind } from '../../../imports/ml.example.com';
import { customResource } from '../../kube/objects/custom-resource';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { requireLabels } from '../../kube/objects/names';
import { specJson, specOf } from './model-deployment-resource';
import type { ModelDeploymentSpec } from './model-deployment-spec';

export interface ModelDeploymentProps extends ModelDeploymentSpec {
  /** At most 53 characters; what the operator makes of it is called `name-inference`. */
  readonly name: string;
  /** Labels of the custom resource. @default - none */
  readonly labels?: Labels;
}

/**
 * A ModelDeployment for the operator of the model platform. The kind must be known to the cluster when it is applied:
 * keep it out of what installs the CustomResourceDefinition.
 */
export class ModelDeployment extends Construct {
  readonly name: string;

  /** @throws InvalidPropError for what the CustomResourceDefinition refuses */
  constructor(scope: Construct, id: string, props: ModelDeploymentProps) {
    super(...placed(scope, id));
    const words =
      'name labels?:string{} autoscaling?:object environment?:development|staging|production modelName modelVersion:number replicas?:number resources?:object';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const { name, labels, ...typed } = props;
    const spec = specJson(this, typed);
    specOf(this, { metadata: { name }, spec });
    requireLabels(this, 'labels', labels ?? {});
    this.name = name;
    // Not by the generated class, which drops unknown fields silently.
    customResource(this, 'Default', { ...Kind.GVK, name, labels, spec });
  }
}
