import { App, Chart, Size } from 'cdk8s';
import { expect, it } from 'vitest';
import { existingSecrets, isolate, Postgres } from '../../../lib';
import {
  delta,
  deltaMarkdown,
  footprints,
  footprintTable,
  platformOutput,
  reachability,
  reachabilityMarkdown,
  secretsMarkdown,
  secretsReport,
} from '../../../lib/platform';

/** An app that is no platform: a chart of one's own, with a component of the library. */
function ownApp(environment: string, storage: Size): App {
  const app = new App();
  const chart = new Chart(app, 'labels', { namespace: `labels-${environment}` });
  isolate(chart);
  const source = existingSecrets();
  const password = (name: string) =>
    source
      .provide(chart, {
        name,
        readers: ['postgres'],
        keys: { password: { meaning: 'password', from: { random: 24 } } },
      })
      .key('password');
  new Postgres(chart, 'postgres', {
    storage,
    superuser: { username: 'postgres', password: password('postgres-credentials') },
    databases: [{ name: 'labels', owner: 'labels', password: password('labels-db') }],
  });
  return app;
}

it('every report is there for an app that is no platform', () => {
  const app = ownApp('test', Size.gibibytes(1));
  expect(secretsMarkdown(secretsReport(app, { environment: 'test', context: 'staging' }))).toContain(
    'kubectl create secret generic labels-db --context=staging --namespace=labels-test',
  );
  expect(footprintTable(footprints(app))).toMatch(/^\| labels \| any {2}\| min .* 1\.00Gi \|/m);
  expect(reachabilityMarkdown({ environments: { test: reachability(app) } })).toContain(
    '### Stack `labels`, namespace `labels-test`',
  );
});

it('the environments of an app that is no platform are compared', () => {
  const output = (environment: string, storage: Size) => platformOutput(ownApp(environment, storage), { environment });
  const found = delta(output('test', Size.gibibytes(1)), output('live', Size.gibibytes(9)));
  expect(found.drift).toEqual([]);
  expect(found.namespaces).toEqual([{ stack: 'labels', from: 'labels-test', to: 'labels-live' }]);
  expect(deltaMarkdown(found)).toMatch(
    /^## Storage\n\n.*\n.*\n\| StatefulSet labels-test\/postgres \|.*`1Gi` \| `9Gi`/m,
  );
});
