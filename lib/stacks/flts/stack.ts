import type { Construct } from 'constructs';
import type { Kafka } from '../../components/data/kafka';
import type { Minio } from '../../components/data/minio';
import type { Postgres } from '../../components/data/postgres';
import type { Haproxy } from '../../components/edge/haproxy';
import type { Locust } from '../../components/load-test/locust';
import type { Grafana } from '../../components/observability/grafana';
import type { Prometheus } from '../../components/observability/prometheus';
import { MlflowServer } from '../../components/registry/mlflow';
import type { InferenceService } from '../../components/serving/inference-service';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { allowClients, type StackClients } from '../../platform/clients';
import { Stack, type StackNetwork } from '../../platform/stack';
import { exposed, type FltsExposure, type FltsExposures } from './exposure';
import { type FltsImages, fltsImage } from './images';
import { fltsLoadTest } from './load-test';
import { type FltsObservability, fltsObservability } from './observability';
import type { FltsProfile } from './profiles';
import type { FltsLiveness, FltsSettings } from './programs';
import { Eda } from './programs/eda';
import type { Evaluator } from './programs/evaluator';
import type { InferenceWorker } from './programs/inference-worker';
import type { Preprocess } from './programs/preprocess';
import { promotionPointer } from './programs/promotion-rollout';
import { S3Gateway } from './programs/s3-gateway';
import type { Trainer } from './programs/trainer';
import { fltsServing } from './serving';
import { BUCKETS, fltsStores } from './stores';
import { type FltsModels, fltsTraining } from './training';

export interface FltsStackProps extends StackClients {
  /** @default - the id of the stack */
  readonly namespace?: string;
  /** Where the Secrets come from. */
  readonly credentials: CredentialSource;
  /** How large everything is: `FLTS_SMALL`, `FLTS_PRODUCTION`, or one of your own. */
  readonly profile: FltsProfile;
  /** The eight images that users of the pipeline build. @default { tag: '1.0.0', pullPolicy: 'Never' }, loaded into the nodes */
  readonly images?: FltsImages;
  /** Whose data it is: part of the paths of promoted models. @default 'default' */
  readonly identifier?: string;
  /** The files `DATASET.csv` and `DATASET_test.csv` of the bucket `dataset`. @default 'PobleSec' */
  readonly dataset?: string;
  /** Any text, such as a date: another one trains new models on the data that the files have now. @default - none */
  readonly run?: string;
  /** What the trainers train beside the numbers of `profile`. @default - the published numbers */
  readonly models?: FltsModels;
  /** Variables of the programs that no other property decides. @default - those of the published chart */
  readonly settings?: FltsSettings;
  /**
   * How one sees that a trainer or the worker hangs: their published images neither listen nor write a file.
   * @default - the lag of their consumer groups alone
   */
  readonly liveness?: FltsLiveness;
  /** Class of all claims. @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** The exploration of the datasets. @default false */
  readonly eda?: boolean;
  /** What is reached from outside of the cluster. @default - nothing */
  readonly exposure?: FltsExposures;
  /** Locust, which puts the load balancer under load on request. @default false */
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

/** Properties of the stack that an environment has, too. */
export const FLTS_PROPS =
  'dataset? run? models?:object settings?:object liveness?:object clients?:object[] namespace? profile:object images?:object identifier? storageClassName? eda?:boolean exposure?:object loadTest?:boolean observability?:object clusterDomain? network?:declared|any nodePool?:NodePool trainingPool?:NodePool servingPool?:NodePool';

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

  constructor(scope: Construct, id: string, props: FltsStackProps) {
    requireKnownProps(id, props, `${FLTS_PROPS} credentials:CredentialSource`);
    const { namespace = id, network, credentials, clusterDomain, profile, images } = props;
    const {
      identifier = 'default',
      exposure = {},
      eda = false,
      loadTest = false,
      nodePool,
      trainingPool = nodePool,
      servingPool = nodePool,
    } = props;
    super(scope, id, { namespace, network });
    const profileWords =
      'kafka:object minio:object postgres:object mlflow:object gateway:object preprocess:object networks:object prophet:object evaluator:object inference:object loadBalancer:object worker:object prometheus:object kafkaExporter:object grafana:object loadTest:object';
    requireKnownProps(this, profile, profileWords, 'profile');
    requireKnownProps(this, profile.networks, 'replicas:number resources:object epochs:number', 'profile.networks');
    requireKnownProps(this, profile.prophet, 'replicas:number resources:object', 'profile.prophet');
    requireKnownProps(this, profile.inference, 'replicas:object resources:object', 'profile.inference');
    requireKnownProps(this, images, 'repository? tag pullPolicy?:Always|IfNotPresent|Never', 'images');
    requireKnownProps(this, props.models, 'gru?:object lstm?:object prophet?:object', 'models');
    const settingsWords =
      'preprocess?:string{} networks?:string{} prophet?:string{} evaluator?:string{} inference?:string{}';
    requireKnownProps(this, props.settings, settingsWords, 'settings');
    requireKnownProps(this, props.liveness, 'networks?:object prophet?:object worker?:object', 'liveness');
    const exposureWords = 'mlflow?:object inference?:object console?:object grafana?:object loadTest?:object';
    requireKnownProps(this, props.exposure, exposureWords, 'exposure');
    const ways: readonly (FltsExposure | undefined)[] = Object.values(exposure);
    const wayWords = 'route?:function type?:Ingress|HTTPRoute url? nodePort?:number hostPort?:number';
    for (const way of ways) requireKnownProps(this, way, wayWords, 'exposure');
    const observabilityWords =
      'type:prometheus|operator labels?:string{} dashboardLabels?:string{} dashboards?:object[] prometheus?:object';
    requireKnownProps(this, props.observability, observabilityWords, 'observability');
    const { loadTest: port } = exposure;
    requireProp(loadTest || port === undefined, this, 'exposure.loadTest', "be left out without 'loadTest'", port);
    const { kafka, minio, postgres, database } = fltsStores(this, props);
    this.kafka = kafka;
    this.minio = minio;
    this.postgres = postgres;
    const artifacts = minio.bucket(BUCKETS.mlflow);
    this.mlflow = new MlflowServer(this, 'mlflow', {
      ...profile.mlflow,
      ...fltsImage('mlflow', images),
      nodePool,
      database,
      artifacts,
      exposure: exposed(exposure.mlflow),
    });
    this.gateway = new S3Gateway(this, 'gateway', {
      ...profile.gateway,
      ...fltsImage('fastapi-app', images),
      nodePool,
      store: minio.bucket(BUCKETS.dataset),
    });
    const gateway = this.gateway.connection;
    const tracking = { server: this.mlflow.connection, artifacts };
    if (eda) new Eda(this, 'eda', { ...fltsImage('eda', images), nodePool, gateway });
    const common = {
      profile,
      images,
      identifier,
      settings: props.settings,
      liveness: props.liveness,
      kafka,
      gateway,
      tracking,
    };
    const { dataset, run, models } = props;
    const training = fltsTraining(this, { ...common, dataset, run, models, nodePool: trainingPool });
    this.preprocess = training.preprocess;
    this.trainers = training.trainers;
    this.evaluator = training.evaluator;
    const serving = fltsServing(this, {
      ...common,
      credentials,
      clusterDomain,
      exposure: exposure.inference,
      nodePool,
      servingPool,
    });
    this.inference = serving.inference;
    this.loadBalancer = serving.loadBalancer;
    this.worker = serving.worker;
    const { metrics: balancer, connection: target } = serving.loadBalancer;
    const [inference, store] = [serving.inference.metrics, minio.metrics];
    const monitoring = fltsObservability(this, { ...props, kafka, inference, store, balancer });
    this.prometheus = monitoring?.prometheus;
    this.grafana = monitoring?.grafana;
    if (loadTest) {
      const pointer = promotionPointer(gateway, BUCKETS.promotion);
      const size = profile.loadTest;
      this.locust = fltsLoadTest(this, { size, target, pointer, exposure: exposure.loadTest, nodePool });
    }
    allowClients(this, props);
  }
}
