import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { perApp, perConstruct } from '../../../lib/kube/objects/per-app';
import { sourceFiles } from '../../support/sources';

it('what an app has one of is the same for all of its constructs, and another one for another app', () => {
  const listOf = perApp('list', (): string[] => []);
  const app = new App();
  listOf(new Construct(new Chart(app, 'a'), 'deep')).push('once');
  expect(listOf(new Chart(app, 'b'))).toEqual(['once']);
  expect(listOf(new App())).toEqual([]);
});

it('what an app has one of is made with its root', () => {
  const app = new App();
  expect(perApp('root', (root) => ({ root }))(new Chart(app, 'a')).root).toBe(app);
});

it('the state of a construct is its own, and is found by its name from every caller', () => {
  const [a, b] = ['a', 'b'].map((id) => new Construct(new App(), id)) as [Construct, Construct];
  perConstruct('list', (): string[] => [])(a).push('once');
  const listOf = perConstruct('list', (): string[] => ['made again']);
  expect([listOf(a), listOf(b)]).toEqual([['once'], ['made again']]);
});

it('what a construct has one of is not seen by those who list its properties', () => {
  const [kept, other] = ['a', 'a'].map((id) => new Construct(new App(), id)) as [Construct, Construct];
  perConstruct('list', () => [])(kept);
  expect(Reflect.ownKeys({ ...kept })).toEqual(Reflect.ownKeys({ ...other }));
});

it('names of what is kept are different', () => {
  const NAMES = /per(?:App|Construct)\(\s*'([^']+)'|Symbol\.for\('cdk8s-ml-platform\/([^']+)'/g;
  const names = sourceFiles('lib').flatMap(({ text }) => [...text.matchAll(NAMES)].map(([, a, b]) => a ?? b));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
