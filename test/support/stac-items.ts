/**
 * STAC items with the MLM extension, written after published ones and cut down to what MLM requires and what says how
 * the model runs. Sources: the examples of https://github.com/stac-extensions/mlm (Apache-2.0), version 1.5.2, and
 * models/<name>/stac-item.json of https://github.com/hotosm/fAIr-models.
 */
export type StacItem = Record<string, unknown> & {
  readonly properties: Record<string, unknown>;
  readonly assets: Record<string, Record<string, unknown>>;
};

/** An item with these properties and assets beside those that MLM requires. */
export function stacItem(
  id: string,
  properties: Record<string, unknown> = {},
  assets: Record<string, Record<string, unknown>> = {},
  version = '1.5.2',
): StacItem {
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    stac_extensions: [
      'https://stac-extensions.github.io/file/v2.1.0/schema.json',
      `https://stac-extensions.github.io/mlm/v${version}/schema.json`,
    ],
    id,
    geometry: null,
    links: [],
    properties: {
      datetime: '2024-01-01T00:00:00Z',
      'mlm:name': id,
      'mlm:architecture': 'ResNet',
      'mlm:tasks': ['classification'],
      'mlm:input': [
        {
          name: 'rgb',
          bands: [],
          input: { shape: [-1, 3, 64, 64], dim_order: ['batch', 'channel', 'height', 'width'], data_type: 'float32' },
        },
      ],
      'mlm:output': [
        {
          name: 'class',
          tasks: ['classification'],
          result: { shape: [-1, 1], dim_order: ['batch', 'class'], data_type: 'uint8' },
        },
      ],
      ...properties,
    },
    assets: {
      model: { href: 'https://example.com/model.pt', roles: ['mlm:model'], 'mlm:artifact_type': 'torch.save' },
      ...assets,
    },
  };
}

/** item_basic.json: only what MLM requires. */
export const basicItem = stacItem('example-model');

/** item_raster_bands.json: for CUDA, not constrained to it. */
export const resnetItem = stacItem(
  'resnet-18_sentinel-2_all_moco_classification',
  {
    'mlm:name': 'Resnet-18 Sentinel-2 ALL MOCO',
    'mlm:framework': 'pytorch',
    'mlm:framework_version': '2.1.2+cu121',
    'mlm:memory_size': 1,
    'mlm:total_parameters': 11700000,
    'mlm:pretrained_source': 'EuroSat Sentinel-2',
    'mlm:accelerator': 'cuda',
    'mlm:accelerator_constrained': false,
    'mlm:accelerator_summary': 'Unknown',
    'mlm:batch_size_suggestion': 256,
  },
  { source_code: { href: 'https://example.com/code.py', roles: ['mlm:source_code', 'code'] } },
);

/** unet_segmentation of fAIr, like the two other models that it ships: for a CPU, with a count that means nothing there. */
export const fairItem = stacItem(
  'unet-segmentation',
  {
    'mlm:architecture': 'UNet',
    'mlm:tasks': ['semantic-segmentation'],
    'mlm:framework': 'PyTorch',
    'mlm:pretrained': true,
    'mlm:pretrained_source': 'https://arxiv.org/abs/2407.11743',
    'mlm:accelerator': 'amd64',
    'mlm:accelerator_count': 1,
    'mlm:hyperparameters': { training: { epochs: 1 } },
    'fair:metrics_spec': [{ key: 'fair:accuracy' }],
  },
  {
    checkpoint: {
      href: 'https://example.com/unet.pth',
      roles: ['mlm:model', 'mlm:weights'],
      'mlm:artifact_type': 'torch.save',
    },
    model: { href: 'https://example.com/unet.onnx', roles: ['mlm:model', 'mlm:compiled'], 'mlm:artifact_type': 'onnx' },
    'source-code': {
      href: 'https://github.com/hotosm/fAIr-models',
      roles: ['code'],
      'mlm:entrypoint': 'models.unet_segmentation.pipeline:predict',
    },
    'mlm:training': { href: 'ghcr.io/hotosm/fair-models/unet_segmentation:latest', roles: ['mlm:training-runtime'] },
  },
  '1.5.1',
);
