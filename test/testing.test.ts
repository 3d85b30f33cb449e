import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ConfigMap, patch } from '../lib';
import { findObject, objectOf, synth, synthError } from '../lib/testing';

function settings(...names: readonly string[]): ConfigMap[] {
  const app = new App();
  const charts = [new Chart(app, 'first', { namespace: 'demo' }), new Chart(app, 'second', { namespace: 'demo' })];
  return names.map((name, index) => new ConfigMap(charts[index % 2] as Chart, name, { name, data: { name } }));
}

describe('the objects of an app', () => {
  it('are those of every chart, whichever construct is asked', () => {
    const [first, second] = settings('a', 'b') as [ConfigMap, ConfigMap];
    expect(synth(first).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(synth(second)).toEqual(synth(first.node.root));
  });

  it('are patched', () => {
    const [first] = settings('a') as [ConfigMap];
    patch(first, { op: 'replace', path: '/data/name', value: 'patched' });
    expect(objectOf(first, 'ConfigMap').data).toEqual({ name: 'patched' });
  });

  it('are found by kind, and by name where there are several', () => {
    const objects = synth((settings('a', 'b') as [ConfigMap])[0]);
    expect(findObject(objects, 'ConfigMap', 'b').data).toEqual({ name: 'b' });
  });

  it.each([
    ['ConfigMap', undefined, 'there must be one ConfigMap, got 2, of: ConfigMap a, ConfigMap b'],
    ['ConfigMap', 'c', 'there must be one ConfigMap c, got 0, of: ConfigMap a, ConfigMap b'],
    ['Secret', undefined, 'there must be one Secret, got 0, of: ConfigMap a, ConfigMap b'],
  ])('fails for %s %s, which is not exactly one', (kind, name, message) => {
    const [first] = settings('a', 'b') as [ConfigMap];
    expect(() => objectOf(first, kind, name)).toThrow(message);
  });

  it('fails for a construct that is in no app', () => {
    const tree = new Construct(undefined as unknown as Construct, '');
    expect(() => synth(new Chart(tree, 'alone'))).toThrow(
      "synth(): 'construct' must be in an App of cdk8s, got 'alone'",
    );
  });
});

describe('the error of a synth', () => {
  it('is its message', () => {
    const [first] = settings('a') as [ConfigMap];
    first.node.addValidation({ validate: () => ['no good'] });
    expect(synthError(first)).toContain('[first/a] no good');
  });

  it('fails where there is none', () => {
    expect(() => synthError((settings('a') as [ConfigMap])[0])).toThrow('the synth succeeds');
  });
});
