import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { modelDeploymentCrd } from '../../../imports/crds';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed } from '../../kube/objects/known-props';
import { clusterScoped } from '../../kube/objects/serialization';

/** The CustomResourceDefinition of ModelDeployments, as `crds/modeldeployment.yaml` has it. One a cluster. */
export class ModelDeploymentCrd extends Construct {
  constructor(scope: Construct, id: string) {
    super(...placed(scope, id));
    requireUniqueNames(this);
    clusterScoped(new ApiObject(this, 'Default', { ...modelDeploymentCrd }));
  }
}
