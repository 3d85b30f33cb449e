/**
 * The FLTS pipeline: Kafka, MLflow, and the programs that train, choose and serve forecasts.
 * May change in minor versions.
 * @packageDocumentation
 */

export { FLTS_CHART_COMPUTED, FLTS_CHART_RULES } from './chart-parts';
export { fltsChartValues } from './chart-values';
export type { FltsExposure, FltsExposures } from './exposure';
export { type FltsConfig, flts } from './flts';
export type { FltsImages } from './images';
export type { FltsObservability } from './observability';
export { FLTS_PRODUCTION, FLTS_SMALL, type FltsProfile } from './profiles';
export type { FltsLiveness, FltsSettings } from './programs';
export { Eda, type EdaProps } from './programs/eda';
export { Evaluator, type EvaluatorProps } from './programs/evaluator';
export type { InferenceProgram } from './programs/inference-env';
export { InferenceWorker, type InferenceWorkerProps } from './programs/inference-worker';
export { PIPELINE_LOCUSTFILE, POINTER_URL } from './programs/locustfile';
export type { ProphetModel, RecurrentModel, TrainedModel } from './programs/models';
export type { PipelineImage, PipelineProgram, Settings } from './programs/pipeline-app';
export { Preprocess, type PreprocessProps, type Sample } from './programs/preprocess';
export {
  PromotionRollout,
  type PromotionRolloutProps,
  promotionPointer,
} from './programs/promotion-rollout';
export { S3Gateway, type S3GatewayProps } from './programs/s3-gateway';
export type { Tracking } from './programs/stores';
export { Trainer, type TrainerProps } from './programs/trainer';
export { FltsStack, type FltsStackProps } from './stack';
export type { FltsModels } from './training';
