import { describe, expect, it } from 'vitest';
import { dev } from '../../../../environments';
import { schedulingFromStacItem } from '../../../../lib/stacks/fair/mlm/model-scheduling';
import { stepPodSettings } from '../../../../lib/stacks/fair/zenml/step-settings';
import { stacItem } from '../../../support/stac-items';

const place = (properties: Record<string, unknown>, workload: 'training' | 'inference') =>
  stepPodSettings(
    schedulingFromStacItem(stacItem('model', properties), { workload, pools: dev.nodePools, labelDomain: 'fair.dev' }),
  );

describe('the pod settings of a pipeline step', () => {
  it('put a model that runs on a CPU onto the nodes of its workload, with the taint of the pool tolerated', () => {
    expect(place({ 'mlm:accelerator': 'amd64' }, 'inference')).toEqual({
      node_selectors: { 'fair.dev/inference': 'true' },
      tolerations: [{ key: 'fair.dev/inference', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    });
  });

  it('ask for the GPUs of a model and the runtime that has them', () => {
    const settings = place({ 'mlm:accelerator': 'cuda', 'mlm:accelerator_count': 1 }, 'training');
    expect(settings.node_selectors).toEqual({ 'fair.dev/training': 'true' });
    expect(settings.resources?.requests?.['nvidia.com/gpu']).toBe('1');
    expect(settings.resources?.limits?.['nvidia.com/gpu']).toBe('1');
    expect(settings.additional_pod_spec_args).toEqual({ runtime_class_name: 'nvidia' });
  });
});
