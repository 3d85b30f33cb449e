import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { topic } from '../../../components/data/topic';
import type { ConsumerConnection, HttpConnection } from '../../../kube/network/connections';
import { requireKnownProps } from '../../../kube/objects/known-props';
import type { Env } from '../../../kube/pods/env';
import { http, type Use } from '../../../kube/pods/uses';
import { programEnv, type Settings, WRITABLE_HOME } from './pipeline-app';
import { type Tracking, trackingUse } from './stores';

/** What the program of the inference image is given, whichever part of it runs. */
export interface InferenceProgram {
  readonly gateway: HttpConnection;
  readonly tracking: Tracking;
  /** The group of the worker: topics of data, of trained models, and of promotions. */
  readonly consumer: ConsumerConnection;
  readonly topics: { readonly data: string; readonly trained: string; readonly promoted: string };
  /** Topic that forecasts are announced in. */
  readonly producerTopic: string;
  readonly buckets: { readonly promotion: string; readonly logs: string; readonly processed: string };
  /** Whose data it is. */
  readonly identifier: string;
}

/** How long a server works on a prediction until it gives up. */
export const PREDICTION_TIMEOUT = Duration.seconds(60);

/** What any part of the inference image connects to: the gateway, the brokers, MLflow and its bucket. */
export function inferenceUses(scope: Construct, program: InferenceProgram): readonly [Use, Use, Use] {
  const words =
    'gateway:HttpServer tracking:object consumer:Topics topics:object producerTopic buckets:object identifier';
  requireKnownProps(scope, program, words, 'program');
  const { gateway, tracking, consumer, topics, buckets } = program;
  requireKnownProps(scope, topics, 'data trained promoted', 'program.topics');
  requireKnownProps(scope, buckets, 'promotion logs processed', 'program.buckets');
  const messages = topic(consumer, { variables: { brokers: 'KAFKA_BOOTSTRAP_SERVERS' } });
  return [http(gateway, 'GATEWAY_URL'), messages, trackingUse(scope, tracking)];
}

/** The environment of the inference image, without what tells its parts apart. */
export function inferenceEnv(scope: Construct, program: InferenceProgram, settings: Settings | undefined): Env {
  const { tracking, consumer, topics, producerTopic, buckets, identifier } = program;
  const [files, messages, runs] = inferenceUses(scope, program);
  const derived: Env = {
    ...WRITABLE_HOME,
    ...files.env,
    ...runs.env,
    ...messages.env,
    CONSUMER_TOPIC_0: topics.data,
    CONSUMER_TOPIC_1: topics.trained,
    PROMOTION_TOPIC: topics.promoted,
    CONSUMER_GROUP_ID: consumer.groupId,
    PRODUCER_TOPIC: producerTopic,
    PROMOTION_BUCKET: buckets.promotion,
    INFERENCE_LOG_BUCKET: buckets.logs,
    PROCESSED_BUCKET: buckets.processed,
    MLFLOW_ARTIFACT_BUCKET: tracking.artifacts.bucket,
    // The Job of the store makes the buckets.
    DISABLE_BUCKET_ENSURE: '1',
    IDENTIFIER: identifier,
    // Nothing but a promoted model: not one that was only trained, and after no time any finished run.
    RUN_INFERENCE_ON_TRAIN_SUCCESS: '0',
    INFERENCE_AUTOLOAD_PROMOTED: '1',
    WAIT_FOR_MODEL: '1',
    MODEL_WAIT_TIMEOUT: '31536000',
    // The probes, the drain and the load balancer count on it.
    INFERENCE_TIMEOUT: String(PREDICTION_TIMEOUT.toSeconds()),
  };
  return programEnv(scope, derived, SWITCHES, settings);
}

const SWITCHES: Settings = {
  TQDM_DISABLE: '1',
  SAMPLE_IDX: '0',
  INFERENCE_LENGTH: '10',
  DISABLE_STARTUP_INFERENCE: '1',
  PREDICT_PROGRESS_INTERVAL: '0',
  DISABLE_INFERENCE_CACHE: '1',
  ENABLE_PREDICT_CACHE: '0',
  INFERENCE_PREWARM: '1',
  QUEUE_WORKERS: '6',
  QUEUE_MAXSIZE: '10',
  USE_BOUNDED_QUEUE: '1',
  SIMULATE_DELAY_SECS: '0',
  USE_MANUAL_COMMIT: '1',
  FETCH_MAX_WAIT_MS: '50',
  MAX_POLL_RECORDS: '64',
  PAUSE_THRESHOLD_PCT: '80',
  RESUME_THRESHOLD_PCT: '50',
  ENABLE_MICROBATCH: '1',
  BATCH_SIZE: '32',
  BATCH_TIMEOUT_MS: '25',
  ENABLE_TTL: '1',
  ENABLE_PUBLISH_API: '1',
  UVICORN_KEEPALIVE: '30',
  PREDICT_MAX_CONCURRENCY: '64',
};
