import { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { Stack, type StackNetwork, type StackProps } from '../../lib/platform/stack';
import { Service } from '../../lib/workloads/service';
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

  it('fails for another network than it knows: the stack would be open', () => {
    const props = { namespace: 'a', network: 'Declared' as StackNetwork };
    expect(() => new Stack(new App(), 'a', props)).toThrow(
      "a: 'network' must be one of 'declared', 'any', got 'Declared'",
    );
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

it('a stack fails with a string that kubectl would read as a number, whether it is written first or not', () => {
  const app = new App();
  const [one, two] = ['one', 'two'].map((name) => new Stack(app, name, { namespace: name })) as [Stack, Stack];
  for (const stack of [one, two]) {
    new k8s.KubeConfigMap(stack, 'a', { metadata: { name: 'a' }, data: { MODE: '0o755' } });
    expect(() => stack.toJson()).toThrow(`${stack.node.id}/a: 'data.MODE' must`);
  }
  expect(synthError(app)).toContain("got '0o755'");
});

describe('what was written together with another stack', () => {
  const selectsNothing = {
    name: 'x',
    identity: { name: 'x', instance: 'x', component: 'x' },
    ports: [{ name: 'a', port: 1 }],
  } as const;

  it('fails where something was added that cannot work', () => {
    const app = new App();
    const [one, two] = ['one', 'two'].map((name) => new Stack(app, name, { namespace: name })) as [Stack, Stack];
    one.toJson();
    new Service(two, 'service', selectsNothing);
    expect(() => two.toJson()).toThrow("[two/service] 'selector' must match the labels of a pod in namespace 'two'");
  });
});

it.each(['my stack', 'a'.repeat(64), '-a'])('a stack fails to be called %j, a label of everything in it', (id) => {
  expect(() => new Stack(new App(), id, { namespace: 'tiles' })).toThrow(
    `${id}: 'id' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got '${id}'`,
  );
});

function render(props: StackProps) {
  return synth(new Stack(new App(), 'maps', props));
}
