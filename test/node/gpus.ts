import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { expect, it } from 'vitest';
import { schedulingFromStacItem } from '../../lib/stacks/fair';
import { images } from '../../lib/versions';
import { stacItem } from '../support/stac-items';
import { waitFor } from './machine';
import { quietPod } from './pod-ends';
import type { Stage } from './stage';

const NAMESPACE = 'fair';

/** Steps that ask for a GPU, placed as the library says, share the one there is: nothing but the device itself is missing. */
export function gpusAreGiven(stage: Stage): void {
  it('gives the GPU to one step after the other, on the node that has it', async () => {
    const { kubectl, api } = stage.cluster;
    const pod = (name: string) => api.get(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
    const phase = (name: string, wanted: string) => async () => (await pod(name)).status.phase === wanted;
    for (const name of ['first', 'second']) await kubectl.run(['apply', '-f', '-'], JSON.stringify(step(name, stage)));
    await waitFor('the first step', phase('first', 'Running'));
    expect(await stage.exec(NAMESPACE, 'first', 'echo $NVIDIA_VISIBLE_DEVICES')).toBe('gpu-0\n');
    const { spec } = await pod('first');
    const { labels } = (await api.get(`/api/v1/nodes/${spec.nodeName}`)).metadata;
    expect(labels).toMatchObject({ 'nvidia.com/gpu.present': 'true' });
    await waitFor('the second step to wait', async () =>
      /Insufficient nvidia.com.gpu/.test(JSON.stringify((await pod('second')).status)),
    );
    await kubectl.run([`--namespace=${NAMESPACE}`, 'delete', 'pod', 'first', '--wait']);
    await waitFor('the second step', phase('second', 'Running'));
    await kubectl.run([`--namespace=${NAMESPACE}`, 'delete', 'pod', 'second', '--wait']);
  });
}

function step(name: string, { pools }: Stage) {
  const item = stacItem('step', { 'mlm:accelerator': 'cuda', 'mlm:accelerator_count': 1 });
  const little = { cpu: Cpu.millis(10), memory: Size.mebibytes(16) };
  const resources = { requests: little, limits: { memory: little.memory } };
  const { amounts, nodeSelector, tolerations, runtimeClassName } = schedulingFromStacItem(item, {
    workload: 'training',
    pools,
    resources,
  });
  const pod = quietPod(NAMESPACE, name, {});
  const containers = pod.spec.containers.map((container) => ({
    ...container,
    image: images.curl,
    command: ['sleep', 'infinity'],
    resources: amounts,
  }));
  return { ...pod, spec: { ...pod.spec, nodeSelector, tolerations, runtimeClassName, containers } };
}
