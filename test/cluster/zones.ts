import { expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { runningPods } from './placed';
import type { Stage } from './stage';

const ZONE = 'topology.kubernetes.io/zone';

/** A zone that is lost takes no quorum with it. */
export function zones(stage: Stage): void {
  for (const { metadata, spec } of stage.ofKind('StatefulSet').filter(isZoned)) {
    test(`the pods of ${metadata.name} are spread over all zones`, async () => {
      await stage.settle();
      const nodes = await stage.cluster.api.list('/api/v1/nodes');
      const pods = (await runningPods(stage, metadata.namespace)).filter(({ metadata: { ownerReferences = [] } }) =>
        ownerReferences.some(({ kind, name }: Manifest) => kind === 'StatefulSet' && name === metadata.name),
      );
      const labels = pods.map((pod) => nodes.find((node) => node.metadata.name === pod.spec.nodeName)?.metadata.labels);
      expect(labels).toHaveLength(spec.replicas);
      expect(new Set(labels.map((each) => each?.[ZONE])).size).toBe(Math.min(spec.replicas, 3));
    });
  }
}

function isZoned({ spec }: Manifest): boolean {
  const { topologySpreadConstraints = [] } = spec.template.spec;
  return topologySpreadConstraints.some(({ topologyKey }: Manifest) => topologyKey === ZONE);
}
