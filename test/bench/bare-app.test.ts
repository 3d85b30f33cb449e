import { createRequire } from 'node:module';
import { App } from 'cdk8s';
import { expect, it } from 'vitest';
import { bareApp } from '../../bench/bare-app';
import { asL1 } from '../../bench/l1-manifest';
import { fairStacks, services } from '../../bench/stacks';

it.each([
  ['fAIr stacks', fairStacks],
  ['charts of a service', services],
])('the bare app of the benchmark writes what the library writes: %s', (_, build) => {
  const library = new App();
  build(library, 2);
  const charts = library.charts.map((chart) => ({ id: chart.node.id, objects: chart.toJson().map(asL1) }));

  const module: { exports: (app: App) => void } = { exports: () => undefined };
  new Function('require', 'module', bareApp(charts))(createRequire(import.meta.url), module);
  const app = new App();
  module.exports(app);

  expect(app.charts.map((chart) => ({ id: chart.node.id, objects: chart.toJson() }))).toEqual(charts);
});
