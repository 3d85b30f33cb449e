import { describe, expect, it } from 'vitest';
import { selectorLabels, stackLabels, versionLabel } from '../../../lib/kube/objects/labels';
import { DEFAULT_LABEL_DOMAIN, workloadLabel } from '../../../lib/stacks/fair/label-domain';
import { identity } from '../../support/samples';
import { testChart } from '../../support/synth';

it('a selector is the recommended labels, without the version', () => {
  expect(selectorLabels(testChart({ id: 'fair' }), identity)).toEqual({
    'app.kubernetes.io/name': 'server',
    'app.kubernetes.io/instance': 'api',
    'app.kubernetes.io/component': 'web',
    'app.kubernetes.io/part-of': 'fair',
    'app.kubernetes.io/managed-by': 'cdk8s',
  });
});

it.each([
  [
    { id: 'my chart' },
    "my chart: 'id' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'my chart'",
  ],
  [
    { namespace: 'My NS' },
    "demo: 'namespace' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'My NS'",
  ],
])('a selector fails in a chart with %j', (options, message) => {
  expect(() => selectorLabels(testChart(options), identity)).toThrow(message);
});

it('every object of a stack carries the labels that find all of it', () => {
  expect(stackLabels('fair')).toEqual({
    'app.kubernetes.io/part-of': 'fair',
    'app.kubernetes.io/managed-by': 'cdk8s',
  });
});

describe('the version label', () => {
  it.each([
    ['postgres:17', '17'],
    ['localhost:5000/team/app:v1.2_3-a', 'v1.2_3-a'],
    [`postgres:17@sha256:${'0'.repeat(64)}`, '17'],
  ])('of %s is the tag', (image, version) => {
    expect(versionLabel(image)).toEqual({ 'app.kubernetes.io/version': version });
  });

  it.each([
    ['an image without a tag', 'localhost:5000/postgres'],
    ['a digest', `postgres@sha256:${'0'.repeat(64)}`],
    ['a tag that is longer than a label value', `postgres:${'0'.repeat(64)}`],
    ['a tag that no label value may end in', 'postgres:17-'],
  ])('is left out for %s', (_, image) => {
    expect(versionLabel(image)).toEqual({});
  });
});

it('pipeline steps select their nodes by a label of the domain', () => {
  expect(workloadLabel(DEFAULT_LABEL_DOMAIN, 'training')).toEqual({ 'fair.dev/training': 'true' });
  expect(workloadLabel('example.org', 'inference')).toEqual({ 'example.org/inference': 'true' });
});
