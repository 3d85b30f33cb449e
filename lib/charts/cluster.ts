import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { RuntimeClass } from '../components/gpu/runtime-class';
import { ModelDeploymentCrd } from '../components/serving/model-deployment-crd';
import { Namespace } from '../components/tenancy/namespace';
import { stackLabels } from '../kube/labels';
import type { NodePool } from '../kube/node-pools';

export interface ClusterStackProps {
  readonly nodePools: readonly NodePool[];
  /** Whether the cluster knows the kind ModelDeployment. @default false */
  readonly modelDeployments?: boolean;
}

/** Namespace of the NVIDIA device plugin, which mounts directories of its nodes. */
export const NVIDIA_NAMESPACE = 'nvidia';

/** What stacks share and no namespace holds. Its name sorts first, so `kubectl apply -f dist` creates it first. */
export class ClusterStack extends Chart {
  /** Whether there is anything to write: an empty chart would be an empty file. */
  static needed({ nodePools, modelDeployments = false }: ClusterStackProps): boolean {
    return runtimeClasses(nodePools).length > 0 || modelDeployments;
  }

  constructor(scope: Construct, id: string, { nodePools, modelDeployments = false }: ClusterStackProps) {
    super(scope, id, { labels: stackLabels(id) });
    const names = runtimeClasses(nodePools);
    if (names.length > 0) new Namespace(this, 'nvidia', { name: NVIDIA_NAMESPACE, podSecurity: 'privileged' });
    for (const name of names) new RuntimeClass(this, `runtime-class-${name}`, { name });
    if (modelDeployments) new ModelDeploymentCrd(this, 'model-deployments');
  }
}

function runtimeClasses(nodePools: readonly NodePool[]): string[] {
  return [...new Set(nodePools.flatMap(({ gpus }) => gpus?.runtimeClassName ?? []))].sort();
}
