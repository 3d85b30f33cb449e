import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { RuntimeClass } from '../components/gpu/runtime-class';
import { Namespace } from '../components/tenancy/namespace';
import { stackLabels } from '../kube/labels';
import type { NodePool } from '../kube/node-pools';

export interface ClusterStackProps {
  readonly nodePools: readonly NodePool[];
}

/** Namespace of the NVIDIA device plugin, which mounts directories of its nodes. */
export const NVIDIA_NAMESPACE = 'nvidia';

/** What stacks share and no namespace holds. Its name sorts first, so `kubectl apply -f dist` creates it first. */
export class ClusterStack extends Chart {
  /** Whether there is anything to write: an empty chart would be an empty file. */
  static needed({ nodePools }: ClusterStackProps): boolean {
    return runtimeClasses(nodePools).length > 0;
  }

  constructor(scope: Construct, id: string, { nodePools }: ClusterStackProps) {
    super(scope, id, { labels: stackLabels(id) });
    new Namespace(this, 'nvidia', { name: NVIDIA_NAMESPACE, podSecurity: 'privileged' });
    for (const name of runtimeClasses(nodePools)) new RuntimeClass(this, `runtime-class-${name}`, { name });
  }
}

function runtimeClasses(nodePools: readonly NodePool[]): string[] {
  return [...new Set(nodePools.flatMap(({ gpus }) => gpus?.runtimeClassName ?? []))].sort();
}
