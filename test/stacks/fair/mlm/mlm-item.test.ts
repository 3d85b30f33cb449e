import { describe, expect, test } from 'vitest';
import { mlmItem } from '../../../../lib/stacks/fair/mlm/mlm-item';
import { basicItem, fairItem, resnetItem, stacItem } from '../../../support/stac-items';

const without = (fields: Record<string, unknown>, ...names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

describe('mlmItem', () => {
  test.each([basicItem, resnetItem, fairItem])('$id is valid', (item) => expect(mlmItem(item)).toBe(item));

  test('the address that the schema had at first is one of MLM', () => {
    const item = { ...basicItem, stac_extensions: ['https://crim-ca.github.io/mlm-extension/v1.2.0/schema.json'] };
    // No artifact type either, which that version did not know.
    const assets = { model: without(basicItem.assets.model ?? {}, 'mlm:artifact_type') };
    expect(mlmItem({ ...item, assets }).id).toBe('example-model');
  });

  test('everything that is missing is said at once', () => {
    const item = {
      ...basicItem,
      properties: { ...without(basicItem.properties, 'mlm:architecture'), 'mlm:tasks': null },
      assets: { readme: { href: 'README.md', roles: ['metadata'] } },
    };
    expect(() => mlmItem(item)).toThrow(
      "STAC item 'example-model': 'item' must follow the MLM extension, " +
        "got 'mlm:architecture is missing; mlm:tasks is missing; no asset has the role 'mlm:model''",
    );
  });

  test('a model asset says what kind of file it is', () => {
    const assets = { weights: { href: 'a.pt', roles: ['mlm:model'] } };
    expect(() => mlmItem({ ...basicItem, assets })).toThrow('mlm:artifact_type is missing in asset weights');
  });

  test('an item of another extension, a collection and nothing at all are refused', () => {
    const legacy = ['https://stac-extensions.github.io/ml-model/v1.0.0/schema.json'];
    expect(() => mlmItem({ ...basicItem, stac_extensions: legacy })).toThrow(
      'stac_extensions has no https://stac-extensions.github.io/mlm/v1.x.y/schema.json',
    );
    expect(() => mlmItem({ ...basicItem, type: 'Collection' })).toThrow('type is "Collection" and not "Feature"');
    for (const nothing of [undefined, null, 'item', [], {}]) {
      expect(() => mlmItem(nothing)).toThrow(
        "STAC item: 'item' must follow the MLM extension, got 'id is missing; type is missing and not \"Feature\"; ",
      );
    }
  });

  test.each([
    ['mlm:accelerator', 'gpu', 'mlm:accelerator is "gpu" and not null or one of amd64, cpu, cuda, xla, amd-rocm'],
    ['mlm:accelerator_count', 0, 'mlm:accelerator_count is 0 and not a whole number from 1'],
    ['mlm:accelerator_count', '1', 'mlm:accelerator_count is "1" and not a whole number from 1'],
    ['mlm:accelerator_constrained', 'yes', 'mlm:accelerator_constrained is "yes" and not true or false'],
    ['mlm:memory_size', 1.5, 'mlm:memory_size is 1.5 and not a whole number of bytes'],
    ['mlm:input', 'rgb', 'mlm:input is not a list'],
    ['mlm:acelerator', 'cuda', 'mlm:acelerator is no field of MLM there'],
    ['mlm:artifact_type', 'onnx', 'mlm:artifact_type is no field of MLM there'],
  ])('%s: %j is refused', (field, value, message) =>
    expect(() => mlmItem(stacItem('bad', { [field]: value }))).toThrow(message),
  );

  test('fields of assets are checked too', () => {
    const model = { ...basicItem.assets.model, 'mlm:accelerator': 'tpu' };
    expect(() => mlmItem({ ...basicItem, assets: { model } })).toThrow('mlm:accelerator in asset model is "tpu"');
    const named = { ...basicItem.assets.model, 'mlm:name': 'x' };
    expect(() => mlmItem({ ...basicItem, assets: { model: named } })).toThrow(
      'mlm:name in asset model is no field of MLM there',
    );
  });

  test('a later version may have fields that are not known here', () => {
    expect(mlmItem(stacItem('new', { 'mlm:new_field': 1 }, {}, '1.6.0')).id).toBe('new');
  });

  test('a null where nothing is required says nothing', () => {
    expect(mlmItem(stacItem('any', { 'mlm:accelerator': null })).properties['mlm:accelerator']).toBeNull();
  });
});
