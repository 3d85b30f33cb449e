import { App, Chart } from 'cdk8s';
import { ModelDeployment as Kind } from '../../../imports/ml.example.com';
import { setNodePools } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { setKubernetesVersion } from '../../kube/objects/kubernetes-version';
import { stackLabels } from '../../kube/objects/labels';
import type { Manifest } from '../../kube/objects/serialization';
import { type ModelDeploymentResource, specOf } from './model-deployment-resource';
import { ModelDeploymentWorkload } from './model-deployment-workload';
import { completeModelServer, type OperatedModelServer } from './model-server';

/** The chart that a workload of the stack is in: what an operator writes has the selectors that a synth would give it. */
const STACK = 'model-platform';

/**
 * The objects that a ModelDeployment of a cluster becomes, as an operator applies them: those of
 * {@link ModelDeploymentWorkload}, owned by the ModelDeployment, so that they go when it goes. With autoscaling the
 * Deployment has no `replicas`, which applying it again would reset: `spec.replicas` is for the operator to set when it
 * creates it.
 *
 * @param resource - as the API server hands it out
 * @throws InvalidPropError for a spec that the CustomResourceDefinition refuses
 */
export function modelDeploymentObjects(
  resource: ModelDeploymentResource,
  operated: OperatedModelServer,
): readonly Manifest[] {
  requireKnownProps('modelDeploymentObjects()', { resource, server: operated }, 'resource:object server:object');
  requireKnownProps('modelDeploymentObjects()', { metadata: resource.metadata }, 'metadata:object', 'resource');
  const { kubernetesVersion, nodePools, ...server } = operated;
  const { name, namespace, uid } = resource.metadata;
  requireKnownProps('modelDeploymentObjects()', { name, namespace, uid }, 'name namespace? uid?', 'resource.metadata');
  const location = `${Kind.GVK.kind} '${name}'`;
  const spec = specOf(location, resource);
  requireProp(namespace !== undefined, location, 'metadata.namespace', 'be given', namespace);
  const app = new App();
  if (kubernetesVersion !== undefined) setKubernetesVersion(app, kubernetesVersion);
  const { nodePool } = completeModelServer(location, server);
  const pools = nodePool === undefined ? nodePools : [nodePool];
  if (pools !== undefined) setNodePools(app, pools);
  const chart = new Chart(app, STACK, { namespace, labels: stackLabels(STACK) });
  new ModelDeploymentWorkload(chart, name, { ...spec, name, server });
  const owner = { ...Kind.GVK, name, uid, controller: true };
  return chart.toJson().map((object: Manifest) => ({
    ...object,
    metadata: { ...object.metadata, ...(uid !== undefined && { ownerReferences: [owner] }) },
  }));
}
