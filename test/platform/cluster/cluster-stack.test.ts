import { App, Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ClusterStack, type ClusterStackProps } from '../../../lib/platform/cluster/cluster-stack';
import { ModelDeploymentCrd } from '../../../lib/stacks/model-platform/model-deployment-crd';
import { nodePool } from '../../support/samples';
import { find, synth } from '../../support/synth';

const plain = nodePool();
const preset = nodePool({ name: 'preset', gpus: { count: 1 } });
const nvidia = nodePool({ name: 'nvidia', gpus: { count: 1, runtimeClassName: 'nvidia' } });
const second = nodePool({ name: 'second', gpus: { count: 2, runtimeClassName: 'nvidia' } });
const other = nodePool({ name: 'other', gpus: { count: 2, runtimeClassName: 'kata' } });

describe('the stack of what no namespace holds', () => {
  it('is needed where the nodes of a pool need a runtime for their GPUs, and nowhere else', () => {
    expect(ClusterStack.needed({ nodePools: [] })).toBe(false);
    expect(ClusterStack.needed({ nodePools: [plain, preset] })).toBe(false);
    expect(ClusterStack.needed({ nodePools: [plain, nvidia] })).toBe(true);
  });

  it('is each RuntimeClass once, and the privileged namespace of the device plug-in', () => {
    const objects = render({ nodePools: [plain, second, nvidia, other] });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace nvidia',
      'NetworkPolicy operators',
      'RuntimeClass kata',
      'RuntimeClass nvidia',
    ]);
    expect(find(objects, 'Namespace').metadata.labels).toMatchObject({
      'app.kubernetes.io/part-of': 'cluster',
      'pod-security.kubernetes.io/enforce': 'privileged',
    });
  });

  it('writes what else no namespace holds, of kinds that need no operator of deploy/', () => {
    const all: Required<ClusterStackProps> = {
      nodePools: [plain],
      namespaces: { operators: [9443] },
      storageClasses: [{ name: 'fast', provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Retain' }],
      karpenterNodePools: [
        {
          nodePool: plain,
          nodeClass: 'default',
          instanceFamilies: ['m7i'],
          instanceCpus: [4],
          capacityTypes: ['spot'],
          emptyFor: Duration.minutes(1),
        },
      ],
      kinds: [(cluster) => new ModelDeploymentCrd(cluster, 'model-deployments')],
    };
    for (const [prop, value] of Object.entries(all)) {
      expect(ClusterStack.needed({ nodePools: [], [prop]: value }), prop).toBe(prop !== 'nodePools');
    }
    const objects = render(all);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace operators',
      'NetworkPolicy operators',
      'StorageClass fast',
      'NodePool general',
      'CustomResourceDefinition modeldeployments.ml.example.com',
    ]);
    const policy = find(objects, 'NetworkPolicy');
    expect(objects.filter(({ metadata }) => metadata.namespace !== undefined)).toEqual([policy]);
    // The API server calls the webhook from an address that is not known.
    expect([policy.metadata.namespace, policy.spec]).toEqual([
      'operators',
      {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }] }, { ports: [{ protocol: 'TCP', port: 9443 }] }],
      },
    ]);
    expect(find(objects, 'Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('does not depend on the order of the pools', () => {
    expect(render({ nodePools: [other, nvidia] })).toEqual(render({ nodePools: [nvidia, other] }));
  });
});

function render(props: ClusterStackProps) {
  return synth(new ClusterStack(new App(), 'cluster', props));
}
