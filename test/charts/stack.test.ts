import { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { Stack, type StackProps } from '../../lib/charts/stack';
import { expectEachPropToMatter, synth, synthError } from '../support/synth';

const labels = { 'app.kubernetes.io/part-of': 'maps', 'app.kubernetes.io/managed-by': 'cdk8s' };

describe('a stack', () => {
  it('is a restricted namespace, whose object comes first', () => {
    const stack = new Stack(new App(), 'maps', { namespace: 'tiles' });
    new k8s.KubeConfigMap(stack, 'a', { metadata: { name: 'a' } });
    const objects = synth(stack);
    expect(objects[0]).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'tiles', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace tiles',
      'NetworkPolicy default-deny',
      'NetworkPolicy allow-dns',
      'ConfigMap a',
    ]);
  });

  it('labels everything in it, so that kubectl -l finds all of it', () => {
    const stack = new Stack(new App(), 'maps', { namespace: 'tiles' });
    new k8s.KubeConfigMap(stack, 'a', { metadata: { name: 'a' } });
    for (const { metadata } of synth(stack)) expect(metadata.labels).toMatchObject(labels);
  });

  it('puts everything in it into its namespace', () => {
    const stack = new Stack(new App(), 'maps', { namespace: 'tiles' });
    new k8s.KubeConfigMap(stack, 'a', { metadata: { name: 'a' } });
    expect(stack.namespace).toBe('tiles');
    expect(synth(stack).map(({ metadata }) => metadata.namespace)).toEqual([undefined, 'tiles', 'tiles', 'tiles']);
  });

  it('has each of its props', () => {
    const all: Required<StackProps> = {
      namespace: 'tiles',
      podSecurity: 'baseline',
      network: 'any',
      namespaceLabels: { team: 'maps' },
    };
    expect(render(all)).toMatchObject([
      {
        metadata: {
          name: 'tiles',
          labels: { ...labels, team: 'maps', 'pod-security.kubernetes.io/enforce': 'baseline' },
        },
      },
    ]);
    expectEachPropToMatter<StackProps>(render, all, {
      namespace: 'other',
      podSecurity: 'privileged',
      network: 'declared',
      namespaceLabels: {},
    });
  });

  it('fails where two have one namespace: deleting the file of one would delete the other', () => {
    const app = new App();
    new Stack(app, 'one', { namespace: 'tiles' });
    new Stack(app, 'two', { namespace: 'tiles' });
    expect(synthError(app)).toContain(
      "two/namespace/Default: 'name' must be unique for a Namespace, got 'tiles', which one/namespace/Default has",
    );
  });
});

function render(props: StackProps) {
  return synth(new Stack(new App(), 'maps', props));
}
