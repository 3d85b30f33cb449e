import { expect, it } from 'vitest';
import { collection } from '../support/control-plane/api';
import { warnings } from '../support/control-plane/settle';
import { report } from './machine';
import type { Stage } from './stage';

/** Warnings that are part of a start, each with the reason. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  'a probe asks before the program listens, or while it loads; what is not ready later fails `settle`':
    /: Unhealthy: (Startup|Readiness) probe failed/,
  'volumes are made for the node that the pod is placed on, and a pod of the provisioner does it':
    /: FailedScheduling: .*PersistentVolumeClaim/,
  'a kubelet asks for what a pod mounts before the API server has seen that the pod is on its node, or asks many at once':
    /: FailedMount: .*(no relationship found between node|failed to sync (configmap|secret) cache)/,
  'the autoscaler asks before metrics-server has measured a pod twice':
    /: Failed(GetResourceMetric|ComputeMetricsReplicas): /,
};

/** `kubectl apply -f dist`, and all is Ready. */
export function comesUp(stage: Stage): void {
  it('is ready after one `kubectl apply`, without a restart', async () => {
    const start = Date.now();
    const applied = await stage.cluster.kubectl.try(['apply', '-f', stage.dist]);
    expect(applied.stderr).toBe('');
    await stage.settle();
    const pods = await podsOf(stage);
    report(`all ${pods.length} pods are ready`, start);
    expect(restarts(pods)).toEqual([]);
  });

  it('has no warning but those that a start has', async () => {
    const all = await Promise.all(stage.namespaces.map((namespace) => warnings(stage.cluster.api, namespace)));
    const unexpected = all.flat().filter((text) => !Object.values(EXPECTED).some((pattern) => pattern.test(text)));
    expect(unexpected).toEqual([]);
  });
}

/** A second apply would say `configured` of PodDisruptionBudgets, which do not change: so the difference is asked for. */
export function staysAsItIs(stage: Stage): void {
  it('has nothing to do on a second apply', async () => {
    const diff = await stage.cluster.kubectl.try(['diff', '-f', stage.dist]);
    expect(diff).toEqual({ code: 0, stdout: '', stderr: '' });
  });
}

/** The pods of all namespaces of the stage. */
export async function podsOf({ cluster, namespaces }: Stage) {
  return (await Promise.all(namespaces.map((namespace) => cluster.api.list(collection('Pod', namespace))))).flat();
}

/** The containers that were started more than once. */
export function restarts(pods: Awaited<ReturnType<typeof podsOf>>): readonly string[] {
  return pods.flatMap(({ metadata, status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
      .filter(({ restartCount }) => restartCount > 0)
      .map(({ name, restartCount }) => `${metadata.namespace}/${metadata.name} ${name}: ${restartCount}`),
  );
}
