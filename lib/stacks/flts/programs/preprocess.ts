import { Construct } from 'constructs';
import { topic } from '../../../components/data/topic';
import { waitForTopics } from '../../../components/data/wait-for-topics';
import type { HttpConnection, KafkaConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { requireWhole } from '../../../kube/objects/numbers';
import type { Env } from '../../../kube/pods/env';
import { http } from '../../../kube/pods/uses';
import { Volume } from '../../../kube/pods/volumes';
import { waitForHttp } from '../../../kube/pods/wait-for';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import { Job } from '../../../workloads/job';
import { PIPELINE_USER, type PipelineProgram, programEnv, WRITABLE_HOME } from './pipeline-app';

/** Rows of the dataset that are used: the first ones, or a random choice that a seed repeats. */
export interface Sample {
  readonly trainRows: number;
  readonly testRows: number;
  /** @default 'head' */
  readonly strategy?: 'head' | 'random';
  /** @default 42 */
  readonly seed?: number;
}

export interface PreprocessProps extends PipelineProgram {
  /** Name of the Job, before the hash of its spec. @default 'preprocess' */
  readonly name?: string;
  readonly gateway: HttpConnection;
  readonly kafka: KafkaConnection;
  /** Topics that it announces the data in. */
  readonly topics: { readonly training: string; readonly inference: string };
  /** Buckets that it reads from and writes to. */
  readonly buckets: { readonly input: string; readonly output: string };
  /** Whose data it is: trainers, evaluation and inference go by the same one. */
  readonly identifier: string;
  /** The files `DATASET.csv` and `DATASET_test.csv` of the input bucket. @default 'PobleSec' */
  readonly dataset?: string;
  /** How many rows are used. @default - 50 rows each, seed 42 */
  readonly sample?: Sample | 'all';
  /**
   * Any text, such as a date. Another one runs the preprocessing again and has new models trained: without it, trainers skip
   * data of the same files, whatever is in them.
   * @default - none
   */
  readonly run?: string;
  /** @default - 500m and 1Gi, at most 1 CPU and 2Gi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/**
 * The Job that turns the dataset into Parquet and announces it. It runs once for each change of what is given here; with
 * another `run`, for new data in the same files.
 */
export class Preprocess extends Construct {
  private readonly job: Job;

  constructor(scope: Construct, id: string, props: PreprocessProps) {
    super(...placed(scope, id));
    const words =
      'name? gateway:HttpServer kafka:Topics topics:object buckets:object identifier dataset? sample?:object|all resources?:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[] settings?:string{} run?';
    requireKnownProps(this, props, words);
    requireKnownProps(this, props.topics, 'training inference', 'topics');
    requireKnownProps(this, props.buckets, 'input output', 'buckets');
    const { name = 'preprocess', image, imagePullPolicy, gateway, kafka, topics, buckets, identifier } = props;
    const { dataset = 'PobleSec', run, settings, nodePool } = props;
    const { resources = computeResources({ millicores: [500, 1000], mebibytes: [1024, 2048] }) } = props;
    requireProp(/^[\w.-]+$/.test(dataset), this, 'dataset', 'be the name of a file without .csv', dataset);
    requireProp(run === undefined || run !== '', this, 'run', 'be a text that is not empty', run);
    const files = http(gateway, 'GATEWAY_URL');
    const messages = topic(kafka, { variables: { brokers: 'KAFKA_BOOTSTRAP_SERVERS' } });
    this.job = new Job(this, 'Default', {
      identity: { name: 'preprocess', instance: name, component: 'preprocessing' },
      backoffLimit: 10,
      pod: {
        nodePool,
        securityContext: { user: PIPELINE_USER },
        uses: [files, messages, ...(props.uses ?? [])],
        initContainers: [
          waitForHttp('wait-for-gateway', images.curl, `${gateway.url}/healthz`),
          waitForTopics('wait-for-topics', images.kafka, kafka, [topics.training, topics.inference]),
        ],
        containers: [
          {
            name: 'preprocess',
            image,
            imagePullPolicy,
            env: programEnv(
              this,
              {
                ...WRITABLE_HOME,
                ...files.env,
                ...messages.env,
                PRODUCER_TOPIC_0: topics.training,
                PRODUCER_TOPIC_1: topics.inference,
                INPUT_BUCKET: buckets.input,
                OUTPUT_BUCKET: buckets.output,
                CONFIG_PATH: '/app/config.json',
                IDENTIFIER: identifier,
                DATASET_NAME: dataset,
                ...sampleEnv(this, props.sample),
                // A Job that runs again is meant to announce its data again.
                FORCE_REPROCESS: '1',
                // A part of the configuration's hash, by which trainers skip what they have seen.
                ...(run !== undefined && { EXTRA_HASH_SALT: run }),
              },
              {},
              settings,
            ),
            resources,
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
  }

  /** Name of the Job, with its hash. It changes when the Job is patched. */
  get name(): string {
    return this.job.name;
  }
}

function sampleEnv(scope: Construct, sample: PreprocessProps['sample'] = { trainRows: 50, testRows: 50 }): Env {
  // Of 0 rows the program takes all.
  if (sample === 'all') return { SAMPLE_TRAIN_ROWS: '0', SAMPLE_TEST_ROWS: '0' };
  requireKnownProps(scope, sample, 'trainRows:number testRows:number strategy?:head|random seed?:number', 'sample');
  const { trainRows, testRows, strategy = 'head', seed = 42 } = sample;
  for (const [prop, rows] of Object.entries({ trainRows, testRows })) requireWhole(scope, `sample.${prop}`, rows, 1);
  return {
    SAMPLE_TRAIN_ROWS: String(trainRows),
    SAMPLE_TEST_ROWS: String(testRows),
    SAMPLE_STRATEGY: strategy,
    SAMPLE_SEED: String(seed),
  };
}
