import type { Construct } from 'constructs';
import type { DatabaseProps } from '../components/data/database';
import { Kafka } from '../components/data/kafka';
import { Minio } from '../components/data/minio';
import { Postgres } from '../components/data/postgres';
import type { Haproxy } from '../components/edge/haproxy';
import type { Locust } from '../components/load-test/locust';
import type { Grafana } from '../components/observability/grafana';
import type { Prometheus } from '../components/observability/prometheus';
import { Eda } from '../components/pipeline/eda';
import { Evaluator } from '../components/pipeline/evaluator';
import type { InferenceProgram } from '../components/pipeline/inference-env';
import { InferenceWorker } from '../components/pipeline/inference-worker';
import { type TrainedModel, trainerName } from '../components/pipeline/models';
import type { PipelineImage } from '../components/pipeline/pipeline-app';
import { Preprocess } from '../components/pipeline/preprocess';
import { promotionPointer } from '../components/pipeline/promotion-rollout';
import { S3Gateway } from '../components/pipeline/s3-gateway';
import type { Tracking } from '../components/pipeline/stores';
import { Trainer } from '../components/pipeline/trainer';
import { MlflowServer } from '../components/registry/mlflow';
import type { InferenceService } from '../components/serving/inference-service';
import { requireProp } from '../kube/errors';
import type { NodePool } from '../kube/node-pools';
import type { CredentialSource } from '../kube/secrets';
import { exposed, type FltsExposures } from './flts-exposure';
import { type FltsImages, fltsImage } from './flts-images';
import { fltsInference } from './flts-inference';
import { fltsLoadBalancer } from './flts-load-balancer';
import { fltsLoadTest } from './flts-load-test';
import { type FltsObservability, fltsObservability } from './flts-observability';
import type { FltsProfile } from './flts-profiles';
import { mlflowSecret, statsSecret } from './flts-secrets';
import { FAILED, fltsTopics, GROUPS, TOPICS } from './flts-topics';
import { Stack, type StackNetwork } from './stack';
import { objectStoreSecret, superuserSecret } from './stack-secrets';

export interface FltsStackProps {
  /** @default 'flts' */
  readonly namespace?: string;
  /** Where the Secrets come from. */
  readonly credentials: CredentialSource;
  /** How large everything is: `FLTS_SMALL`, `FLTS_PRODUCTION`, or one of your own. */
  readonly profile: FltsProfile;
  /** The eight images that users of the pipeline build. @default { tag: '1.0.0', pullPolicy: 'Never' }, loaded into the nodes */
  readonly images?: FltsImages;
  /** Whose data it is: part of the paths of promoted models. @default 'default' */
  readonly identifier?: string;
  /** Class of all claims. @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** The exploration of the datasets. @default false */
  readonly eda?: boolean;
  /** What is reached from outside of the cluster. @default - nothing */
  readonly exposure?: FltsExposures;
  /** Locust, which puts the load balancer under load when somebody asks it to. @default false */
  readonly loadTest?: boolean;
  /** Who scrapes it, evaluates its rules and shows it. @default { type: 'prometheus' } */
  readonly observability?: FltsObservability;
  /** Domain that the names of Services end with. @default 'cluster.local' */
  readonly clusterDomain?: string;
  /** Which connections its pods have. @default 'declared' */
  readonly network?: StackNetwork;
  /** Where it runs. @default - any node without taints */
  readonly nodePool?: NodePool;
  /** Where models are made: preprocessing, trainers and evaluation. @default - `nodePool` */
  readonly trainingPool?: NodePool;
  /** Where models forecast: the servers and the worker. @default - `nodePool` */
  readonly servingPool?: NodePool;
}

const SUPERUSER = 'postgres';
const DATABASE: DatabaseProps = { name: 'mlflow', owner: 'mlflow' };
/** Who logs in to the object store as its root user. */
const STORE_CLIENTS = ['mlflow', 'fastapi-app', 'train-*', 'nonml-prophet', 'eval', 'inference*'];
const BUCKETS = {
  dataset: 'dataset',
  processed: 'processed-data',
  mlflow: 'mlflow',
  promotion: 'model-promotion',
  logs: 'inference-logs',
} as const;

/** The FLTS pipeline: from time series to forecasts, by the best of three models. */
export class FltsStack extends Stack {
  readonly kafka: Kafka;
  readonly minio: Minio;
  readonly postgres: Postgres;
  readonly mlflow: MlflowServer;
  readonly gateway: S3Gateway;
  readonly preprocess: Preprocess;
  readonly trainers: readonly Trainer[];
  readonly evaluator: Evaluator;
  readonly inference: InferenceService;
  readonly loadBalancer: Haproxy;
  readonly worker: InferenceWorker;
  /** Where no operator has one, like `grafana`. */
  readonly prometheus?: Prometheus;
  readonly grafana?: Grafana;
  /** Where there is a `loadTest`. */
  readonly locust?: Locust;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: FltsStackProps,
  ) {
    const { namespace = 'flts', credentials, profile, identifier = 'default', eda = false, exposure = {} } = props;
    const { loadTest = false, storageClassName, network } = props;
    const { nodePool, trainingPool = nodePool, servingPool = nodePool } = props;
    super(scope, id, { namespace, network });
    const { networks, prophet } = profile;
    requireProp(
      prophet.replicas <= networks.replicas,
      this,
      'profile.prophet.replicas',
      `be at most ${networks.replicas}, the replicas of the networks: the training data has a partition for each`,
      prophet.replicas,
    );
    const superuser = credentials.provide(this, superuserSecret(SUPERUSER));
    const database = credentials.provide(this, mlflowSecret(DATABASE));
    const root = credentials.provide(this, objectStoreSecret(STORE_CLIENTS));

    this.kafka = new Kafka(this, 'kafka', {
      ...profile.kafka,
      storageClassName,
      nodePool,
      topics: fltsTopics(networks.replicas),
    });
    this.minio = new Minio(this, 'minio', {
      ...profile.minio,
      storageClassName,
      nodePool,
      buckets: Object.values(BUCKETS),
      credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
      consoleNodePort: exposure.console?.nodePort,
      publicMetrics: true,
    });
    this.postgres = new Postgres(this, 'postgres', {
      ...profile.postgres,
      storageClassName,
      nodePool,
      superuser: { username: SUPERUSER, password: superuser.key('password') },
      databases: [{ ...DATABASE, password: database.key('password') }],
    });
    this.mlflow = new MlflowServer(this, 'mlflow', {
      ...profile.mlflow,
      ...this.image('mlflow'),
      nodePool,
      database: this.postgres.connection(DATABASE.name),
      artifacts: this.minio.bucket(BUCKETS.mlflow),
      exposure: exposed(exposure.mlflow),
    });
    this.gateway = new S3Gateway(this, 'gateway', {
      ...profile.gateway,
      ...this.image('fastapi-app'),
      nodePool,
      store: this.minio.bucket(BUCKETS.dataset),
    });
    const gateway = this.gateway.connection;
    if (eda) new Eda(this, 'eda', { ...this.image('eda'), nodePool, gateway });
    this.preprocess = new Preprocess(this, 'preprocess', {
      ...profile.preprocess,
      ...this.image('preprocess'),
      nodePool: trainingPool,
      gateway,
      kafka: this.kafka.connection,
      topics: { training: this.kafka.topic(TOPICS.training), inference: this.kafka.topic(TOPICS.data) },
      buckets: { input: BUCKETS.dataset, output: BUCKETS.processed },
      identifier,
    });
    const tracking = { server: this.mlflow.connection, artifacts: this.minio.bucket(BUCKETS.mlflow) };
    const models: readonly [TrainedModel, ...TrainedModel[]] = [
      { type: 'GRU', epochs: networks.epochs },
      { type: 'LSTM', epochs: networks.epochs },
      { type: 'PROPHET' },
    ];
    this.trainers = models.map((model) => this.trainer(model, tracking, identifier));
    const [first, ...others] = models;
    this.evaluator = new Evaluator(this, 'eval', {
      ...profile.evaluator,
      ...this.image('eval'),
      nodePool: trainingPool,
      gateway,
      tracking,
      consumer: this.kafka.consumers({ groupId: GROUPS.evaluation, topics: [TOPICS.trained], members: 1 }),
      topics: { selected: this.kafka.topic(TOPICS.promoted), failed: this.kafka.topic(FAILED.promoted) },
      promotionBucket: BUCKETS.promotion,
      expectedModels: [first.type, ...others.map(({ type }) => type)],
      identifier,
    });
    const program = this.program(tracking, identifier);
    const image = { ...this.image('inference'), nodePool: servingPool };
    this.inference = fltsInference(this, {
      ...image,
      program,
      idleTopic: this.kafka.topic(TOPICS.idle),
      size: profile.inference,
    });
    this.loadBalancer = fltsLoadBalancer(this, {
      servers: this.inference.servers,
      size: profile.loadBalancer,
      statsPassword: credentials.provide(this, statsSecret()).key('password'),
      clusterDomain: props.clusterDomain,
      exposure: exposed(exposure.inference),
      nodePool,
    });
    this.worker = new InferenceWorker(this, 'inference-worker', { ...profile.worker, ...image, program });
    const { metrics: balancer, connection: target } = this.loadBalancer;
    const [inference, store] = [this.inference.metrics, this.minio.metrics];
    const monitoring = fltsObservability(this, { ...props, kafka: this.kafka, inference, store, balancer });
    this.prometheus = monitoring?.prometheus;
    this.grafana = monitoring?.grafana;
    const pointer = promotionPointer(gateway, BUCKETS.promotion);
    const test = { size: profile.loadTest, target, gateway, pointer, exposure: exposure.loadTest, nodePool };
    if (loadTest) this.locust = fltsLoadTest(this, test);
  }

  private trainer(model: TrainedModel, tracking: Tracking, identifier: string): Trainer {
    const { profile, nodePool, trainingPool = nodePool } = this.props;
    const { replicas: members, resources } = model.type === 'PROPHET' ? profile.prophet : profile.networks;
    const name = trainerName(model);
    return new Trainer(this, name, {
      ...this.image(model.type === 'PROPHET' ? 'nonml' : 'train'),
      resources,
      nodePool: trainingPool,
      model,
      gateway: this.gateway.connection,
      tracking,
      consumer: this.kafka.consumers({ groupId: name, topics: [TOPICS.training], members }),
      producerTopic: this.kafka.topic(TOPICS.trained),
      identifier,
    });
  }

  private program(tracking: Tracking, identifier: string): InferenceProgram {
    const { data, trained, promoted } = TOPICS;
    return {
      gateway: this.gateway.connection,
      tracking,
      consumer: this.kafka.consumers({ groupId: GROUPS.inference, topics: [data, trained, promoted], members: 1 }),
      topics: { data, trained, promoted },
      producerTopic: this.kafka.topic(TOPICS.forecasts),
      buckets: { promotion: BUCKETS.promotion, logs: BUCKETS.logs, processed: BUCKETS.processed },
      identifier,
    };
  }

  private image(name: string): PipelineImage {
    return fltsImage(name, this.props.images);
  }
}
