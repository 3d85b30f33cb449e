import type { KafkaTopic } from '../../components/data/kafka-topics';

/** The topics of the pipeline, by what is in them. */
export const TOPICS = {
  training: 'training-data',
  data: 'inference-data',
  trained: 'model-training',
  promoted: 'model-selected',
  forecasts: 'performance-eval',
  /** Nobody writes to it: the servers have to consume something. */
  idle: 'inference-idle',
} as const;

/** Where the programs put what they could not handle; they name these topics themselves. */
export const FAILED = {
  preprocess: 'DLQ-preprocess',
  trained: 'DLQ-model-training',
  promoted: 'DLQ-model-selected',
  forecasts: 'DLQ-performance-eval',
} as const;

/** The consumer groups that are no trainer's. */
export const GROUPS = {
  evaluation: 'eval-promoter-r5',
  inference: 'batch-forecasting-v2',
  servers: 'inference-servers',
} as const;

/**
 * @param trainers - how many pods of one trainer share the training data. The published preprocessing gives all of its
 *   messages one key (`train-claim`), so that they come into one partition, and the other pods wait to take over.
 */
export function fltsTopics(trainers: number): KafkaTopic[] {
  const others = [
    TOPICS.data,
    TOPICS.trained,
    TOPICS.promoted,
    TOPICS.forecasts,
    TOPICS.idle,
    ...Object.values(FAILED),
  ];
  return [{ name: TOPICS.training, partitions: trainers }, ...others.map((name) => ({ name }))];
}
