import { App } from 'cdk8s';
import { expect, it } from 'vitest';
import { type SummaryOptions, summary } from '../../lib/platform/summary';

const commandsOf = (options: Partial<SummaryOptions>) =>
  summary(new App(), { environment: 'dev', deployFiles: [], operators: true, releases: true, ...options }).match(
    /^ {2}\S.*$/gm,
  );

it('names helmfile only where there are releases', () => {
  expect(commandsOf({ operators: false, releases: false })).toEqual(['  kubectl apply -f dist']);
});

it('the commands of a summary are for the cluster of a context, where one is given', () => {
  const commands = (context?: string) => commandsOf({ context });
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
