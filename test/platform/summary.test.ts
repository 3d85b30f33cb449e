import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { applyServerSide } from '../../lib/kube/objects/size-limits';
import { type SummaryOptions, summary } from '../../lib/platform/summary';

function appWithCluster(): App {
  const app = new App();
  new Chart(app, 'cluster');
  return app;
}

const commandsOf = (options: Partial<SummaryOptions>) =>
  summary(appWithCluster(), { environment: 'dev', deployFiles: [], operators: true, releases: true, ...options }).match(
    /^ {2}(kubectl|helmfile)\b.*$/gm,
  );

it('names helmfile only where there are releases', () => {
  expect(commandsOf({ operators: false, releases: false })).toEqual(['  kubectl apply -f dist']);
});

it('names no chart of the cluster where there is none', () => {
  const options = { environment: 'dev', deployFiles: [], operators: true, releases: true };
  expect(summary(new App(), options)).not.toContain('dist/cluster');
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

it('the commands of a summary apply on the side of the server where the app says so', () => {
  const app = new App();
  applyServerSide(app);
  expect(summary(app, { environment: 'dev', deployFiles: [], operators: false, releases: false })).toContain(
    '  kubectl apply --server-side -f dist',
  );
});

it('the commands of a summary name the folder that was written to', () => {
  expect(commandsOf({ folder: 'out/prod/' })).toEqual([
    '  kubectl apply -f out/prod/dist/cluster.k8s.yaml',
    '  helmfile -f out/prod/deploy/helmfile.yaml -l stage=operators sync',
    '  kubectl apply -f out/prod/dist',
    '  helmfile -f out/prod/deploy/helmfile.yaml sync',
  ]);
});
