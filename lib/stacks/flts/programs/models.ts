import { type ErrorLocation, requireProp } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { requireWhole } from '../../../kube/objects/numbers';

/** A recurrent network. */
export interface RecurrentModel {
  readonly type: 'GRU' | 'LSTM';
  readonly epochs: number;
  /** @default 128 */
  readonly hiddenSize?: number;
  /** @default 2 */
  readonly layers?: number;
  /** Steps that it looks back. @default 10 */
  readonly inputLength?: number;
  /** Steps that it looks ahead. @default 1 */
  readonly outputLength?: number;
  /** @default 64 */
  readonly batchSize?: number;
  /** @default 0.0001 */
  readonly learningRate?: number;
}

/** Prophet, which is no network and has no epochs. */
export interface ProphetModel {
  readonly type: 'PROPHET';
  /** Steps that it looks ahead. @default 1 */
  readonly outputLength?: number;
  /** @default 50 */
  readonly changepoints?: number;
  /** Whose holidays it knows. @default 'US' */
  readonly country?: string;
}

/** What a trainer trains, and its numbers. */
export type TrainedModel = RecurrentModel | ProphetModel;

/** The name of a trainer: `train-gru`, `train-lstm`, `nonml-prophet`. */
export function trainerName({ type }: TrainedModel): string {
  return type === 'PROPHET' ? 'nonml-prophet' : `train-${type.toLowerCase()}`;
}

/** A model as its trainer reads it: what follows from it, and what settings may change. Networks stop at a missing one. */
export interface ModelEnv {
  readonly derived: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, string>>;
}

export function modelEnv(location: ErrorLocation, model: TrainedModel): ModelEnv {
  const words =
    'type:GRU|LSTM|PROPHET epochs?:number hiddenSize?:number layers?:number inputLength?:number outputLength?:number batchSize?:number learningRate?:number changepoints?:number country?';
  requireKnownProps(location, model, words, 'model');
  return model.type === 'PROPHET' ? prophetEnv(location, model) : recurrentEnv(location, model);
}

function recurrentEnv(location: ErrorLocation, model: RecurrentModel): ModelEnv {
  const { type, epochs, hiddenSize = 128, layers = 2, inputLength = 10, outputLength = 1, batchSize = 64 } = model;
  const { learningRate = 0.0001 } = model;
  const counts = { epochs, hiddenSize, layers, inputLength, outputLength, batchSize };
  for (const [prop, count] of Object.entries(counts)) requireCount(location, prop, count);
  requireProp(learningRate > 0 && learningRate < 1, location, 'model.learningRate', 'be between 0 and 1', learningRate);
  return {
    derived: {
      MODEL_TYPE: type,
      INPUT_SEQ_LEN: String(inputLength),
      OUTPUT_SEQ_LEN: String(outputLength),
      HIDDEN_SIZE: String(hiddenSize),
      NUM_LAYERS: String(layers),
      BATCH_SIZE: String(batchSize),
      EPOCHS: String(epochs),
      LEARNING_RATE: String(learningRate),
    },
    defaults: { EARLY_STOPPING: 'True', PATIENCE: '30', ENABLE_XAI: 'false', DEFAULT_CONFIG_HASH: 'baseline' },
  };
}

function prophetEnv(location: ErrorLocation, model: ProphetModel): ModelEnv {
  const { outputLength = 1, changepoints = 50, country = 'US' } = model;
  for (const [prop, count] of Object.entries({ outputLength, changepoints })) requireCount(location, prop, count);
  requireProp(/^[A-Z]{2}$/.test(country), location, 'model.country', 'be the two letters of a country', country);
  return {
    derived: {
      MODEL_TYPE: 'PROPHET',
      OUTPUT_SEQ_LEN: String(outputLength),
      N_CHANGEPOINTS: String(changepoints),
      COUNTRY: country,
    },
    defaults: {
      CHANGEPOINT_RANGE: '0.8',
      YEARLY_SEASONALITY: 'auto',
      WEEKLY_SEASONALITY: 'auto',
      DAILY_SEASONALITY: 'auto',
      SEASONALITY_MODE: 'additive',
      SEASONALITY_PRIOR_SCALE: '20',
      HOLIDAYS_PRIOR_SCALE: '10',
      CHANGEPOINT_PRIOR_SCALE: '0.1',
    },
  };
}

function requireCount(location: ErrorLocation, prop: string, count: number): void {
  requireWhole(location, `model.${prop}`, count, 1);
}
