import { App } from 'cdk8s';
import { expect, it } from 'vitest';
import { summary } from '../../lib/platform/summary';

it('the commands of a summary are for the cluster of a context, where one is given', () => {
  const commands = (context?: string) => summary(new App(), 'dev', [], true, { context }).match(/^ {2}\S.*$/gm);
  const helmfile = ['  helmfile -l stage=operators sync', '  helmfile sync'];
  expect(commands()).toEqual([
    '  kubectl apply -f dist/cluster.k8s.yaml',
    helmfile[0],
    '  kubectl apply -f dist',
    helmfile[1],
  ]);
  expect(commands('kind-a')).toEqual([
    '  kubectl --context=kind-a apply -f dist/cluster.k8s.yaml',
    helmfile[0],
    '  kubectl --context=kind-a apply -f dist',
    helmfile[1],
  ]);
});
