import { describe, expect, it } from 'vitest';
import { modelEnv, type TrainedModel, trainerName } from '../../../../lib/stacks/flts/programs/models';

describe('the settings of a model', () => {
  it('change with each number', () => {
    const gru = {
      type: 'GRU',
      epochs: 1,
      hiddenSize: 2,
      layers: 3,
      inputLength: 4,
      outputLength: 5,
      batchSize: 6,
    } as const;
    expect(modelEnv('trainer', { ...gru, learningRate: 0.5 }).derived).toMatchObject({
      EPOCHS: '1',
      HIDDEN_SIZE: '2',
      NUM_LAYERS: '3',
      INPUT_SEQ_LEN: '4',
      OUTPUT_SEQ_LEN: '5',
      BATCH_SIZE: '6',
      LEARNING_RATE: '0.5',
    });
    expect(
      modelEnv('trainer', { type: 'PROPHET', outputLength: 2, changepoints: 3, country: 'ES' }).derived,
    ).toMatchObject({
      OUTPUT_SEQ_LEN: '2',
      N_CHANGEPOINTS: '3',
      COUNTRY: 'ES',
    });
  });

  it.each<[string, TrainedModel]>([
    ["'model.learningRate' must be between 0 and 1, got 1", { type: 'LSTM', epochs: 1, learningRate: 1 }],
    ["'model.layers' must be a whole number from 1, got 0.5", { type: 'LSTM', epochs: 1, layers: 0.5 }],
    ["'model.country' must be the two letters of a country, got 'spain'", { type: 'PROPHET', country: 'spain' }],
  ])('fails: %s', (message, model) => {
    expect(() => modelEnv('trainer', model)).toThrow(`trainer: ${message}`);
  });

  it('names its trainer as Kubernetes allows', () => {
    const models: TrainedModel[] = [{ type: 'GRU', epochs: 1 }, { type: 'LSTM', epochs: 1 }, { type: 'PROPHET' }];
    expect(models.map(trainerName)).toEqual(['train-gru', 'train-lstm', 'nonml-prophet']);
  });
});
