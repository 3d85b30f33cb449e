import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { perApp } from '../../../lib/kube/objects/per-app';

it('what an app has one of is the same for all of its constructs, and another one for another app', () => {
  const listOf = perApp((): string[] => []);
  const app = new App();
  listOf(new Construct(new Chart(app, 'a'), 'deep')).push('once');
  expect(listOf(new Chart(app, 'b'))).toEqual(['once']);
  expect(listOf(new App())).toEqual([]);
});

it('what an app has one of is made with its root', () => {
  const app = new App();
  expect(perApp((root) => ({ root }))(new Chart(app, 'a')).root).toBe(app);
});
