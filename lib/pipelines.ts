// Pipelines: programs that hand work to each other through Kafka, and where they log it.

export { type FltsExposures, type FltsImages, FltsStack, type FltsStackProps } from './charts/flts';
export { FLTS_PRODUCTION, FLTS_SMALL, type FltsProfile } from './charts/flts-profiles';
export { Kafka, type KafkaProps } from './components/data/kafka';
export type { BrokerCount } from './components/data/kafka-broker';
export type { ConsumerGroupProps, KafkaTopic } from './components/data/kafka-topics';
export { Evaluator, type EvaluatorProps } from './components/pipeline/evaluator';
export type { InferenceProgram } from './components/pipeline/inference-env';
export { InferenceWorker, type InferenceWorkerProps } from './components/pipeline/inference-worker';
export type { ProphetModel, RecurrentModel, TrainedModel } from './components/pipeline/models';
export type { PipelineImage } from './components/pipeline/pipeline-app';
export { Preprocess, type PreprocessProps, type Sample } from './components/pipeline/preprocess';
export { PromotionRollout, type PromotionRolloutProps } from './components/pipeline/promotion-rollout';
export { S3Gateway, type S3GatewayProps } from './components/pipeline/s3-gateway';
export { Trainer, type TrainerProps } from './components/pipeline/trainer';
export { MlflowServer, type MlflowServerProps } from './components/registry/mlflow';
export type { ConsumerConnection, KafkaConnection } from './kube/connections';
