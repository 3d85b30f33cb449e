import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import type { BucketConnection, BucketCredentials, MetricsConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { oneOf, requireProp, requireUnique } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
import type { Env } from '../../kube/pods/env';
import { httpProbe } from '../../kube/pods/probes';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { MetricsService } from '../../workloads/metrics-service';
import { Service } from '../../workloads/service';
import { StatefulSet } from '../../workloads/stateful-set';
import { BucketJob } from './bucket-job';

export interface MinioProps {
  /** Name of the StatefulSet and of the Service of its S3 API. @default 'minio' */
  readonly name?: string;
  /**
   * The program that serves: MinIO, as its fork Silo, or RustFS. Copy the objects where you change it: the other engine
   * may not read the volume.
   * @default 'MinIO'
   */
  readonly engine?: S3Engine;
  /** Image of the engine. @default - images.minio or images.rustfs */
  readonly image?: string;
  /** Image with `curl` and a shell, for the Job that creates the buckets. @default images.curl */
  readonly clientImage?: string;
  /** Buckets that exist; more can be added at any time. */
  readonly buckets: readonly string[];
  /** Keys of the Secret that the server takes its root user and password from. */
  readonly credentials: BucketCredentials;
  /** Size of the claim. Immutable. @default Size.gibibytes(5) */
  readonly storage?: Size;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** @default - 100m and 256Mi, at most 500m and 512Mi */
  readonly resources?: Resources;
  /** Port of the console on every node, of a Service `name-console-external`. @default - it is reached inside the cluster only */
  readonly consoleNodePort?: number;
  /** Serves metrics unauthenticated at the S3 API: names and sizes of buckets, and no content. @default false */
  readonly publicMetrics?: boolean;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** A program that serves the S3 API. */
export type S3Engine = 'MinIO' | 'RustFS';

const API_PORT = 9000;
const CONSOLE_PORT = 9001;

/** What differs between the engines. */
const ENGINES = {
  MinIO: {
    image: images.minio,
    // The image runs as any.
    user: 1000,
    args: ['server', '/data', '--console-address', `:${CONSOLE_PORT}`],
    rootUser: ['MINIO_ROOT_USER', 'MINIO_ROOT_PASSWORD'],
    // The server keeps its certificates below HOME, and the image has none that this user may write to.
    env: { HOME: '/tmp' } as Env,
    health: { live: '/minio/health/live', ready: '/minio/health/ready' },
  },
  RustFS: {
    image: images.rustfs,
    user: 10001,
    args: ['/data'],
    rootUser: ['RUSTFS_ACCESS_KEY', 'RUSTFS_SECRET_KEY'],
    env: {
      RUSTFS_ADDRESS: `:${API_PORT}`,
      RUSTFS_CONSOLE_ENABLE: 'true',
      RUSTFS_CONSOLE_ADDRESS: `:${CONSOLE_PORT}`,
      // No directory: it logs to its output.
      RUSTFS_OBS_LOG_DIRECTORY: '',
    } as Env,
    health: { live: '/health', ready: '/health/ready' },
  },
} as const;

/** An S3 server with one volume, and a Job that creates its buckets. */
export class Minio extends Construct {
  readonly server: StatefulSet;
  /** The S3 API: `name`, port 9000. */
  readonly service: Service;
  /** The web console: `name-console`, port 9001. */
  readonly console: Service;
  /** `name-console-external`, where there is a `consoleNodePort`. */
  readonly externalConsole?: Service;
  /** The Job that creates the buckets, where there are any. */
  readonly bucketJob?: BucketJob;
  /** Where there are `publicMetrics`: those of the cluster and its buckets. */
  readonly metrics?: MetricsConnection;
  private readonly buckets: readonly string[];
  private readonly credentials: BucketCredentials;

  constructor(scope: Construct, id: string, props: MinioProps) {
    super(...placed(scope, id));
    const words =
      'name? engine?:MinIO|RustFS image? clientImage? buckets:string[] credentials:Credentials storage?:Size storageClassName? resources?:object consoleNodePort?:number publicMetrics?:boolean nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const {
      name = 'minio',
      engine = 'MinIO',
      clientImage = images.curl,
      buckets,
      credentials,
      storage = Size.gibibytes(5),
      storageClassName,
      resources = computeResources({ millicores: [100, 500], mebibytes: [256, 512] }),
      consoleNodePort,
      publicMetrics = false,
      nodePool,
    } = props;
    requireProp(Object.hasOwn(ENGINES, engine), this, 'engine', oneOf(Object.keys(ENGINES)), engine);
    const allowed = "be left out with 'RustFS', which serves none";
    requireProp(!publicMetrics || engine === 'MinIO', this, 'publicMetrics', allowed, publicMetrics);
    for (const bucket of buckets) requireBucketName(this, bucket);
    requireUnique(this, 'buckets', buckets);
    this.buckets = buckets;
    this.credentials = credentials;
    const identity: Identity = { name: 'minio', instance: name, component: 'object-store' };
    const headless = new Service(this, 'headless', {
      name: `${name}-headless`,
      identity,
      headless: true,
      ports: [{ name: 'api', port: API_PORT }],
    });
    this.server = new StatefulSet(this, 'server', {
      identity,
      serviceName: headless.name,
      claims: [{ name: 'data', size: storage, storageClassName }],
      pod: {
        nodePool,
        securityContext: { user: ENGINES[engine].user },
        terminationGracePeriod: Duration.seconds(60),
        containers: [serverContainer(engine, { ...props, resources, publicMetrics })],
      },
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'api', port: API_PORT }] });
    this.console = new Service(this, 'console', {
      name: `${name}-console`,
      identity,
      ports: [{ name: 'console', port: CONSOLE_PORT }],
    });
    if (consoleNodePort !== undefined) {
      this.externalConsole = new Service(this, 'external', {
        name: `${name}-console-external`,
        identity,
        ports: [{ name: 'console', port: CONSOLE_PORT, nodePort: consoleNodePort }],
      });
    }
    if (publicMetrics) {
      const metrics = { name, identity, port: API_PORT, portName: 'api', path: '/minio/metrics/v3/cluster' };
      this.metrics = new MetricsService(this, 'metrics', metrics).connection;
    }
    if (buckets.length > 0) {
      this.bucketJob = new BucketJob(this, 'buckets', {
        name: `${name}-buckets`,
        image: clientImage,
        buckets,
        endpoint: this.endpoint,
        credentials,
        nodePool,
      });
    }
  }

  /** URL of the S3 API, as seen from any namespace of the cluster. */
  get endpoint(): string {
    return this.service.http.url;
  }

  /**
   * How a client reaches a bucket.
   * @param credentials - keys of a Secret in the shape that the client reads
   * @throws InvalidPropError for a bucket that is not created here
   */
  bucket(bucket: string, credentials: BucketCredentials = this.credentials): BucketConnection {
    requireProp(this.buckets.includes(bucket), this, 'bucket', oneOf(this.buckets), bucket);
    return { bucket, endpoint: this.endpoint, credentials };
  }
}

function serverContainer(
  engine: S3Engine,
  { image, resources, credentials, publicMetrics }: MinioProps & { readonly resources: Resources },
): ContainerProps {
  const { args, rootUser, env, health, ...defaults } = ENGINES[engine];
  const [user, password] = rootUser;
  return {
    name: 'minio',
    image: image ?? defaults.image,
    args,
    ports: { api: API_PORT, console: CONSOLE_PORT },
    env: {
      [user]: credentials.accessKeyId,
      [password]: credentials.secretAccessKey,
      ...env,
      ...(publicMetrics ? { MINIO_PROMETHEUS_AUTH_TYPE: 'public' } : {}),
    },
    resources,
    probes: {
      startup: httpProbe(health.live, 'api', { period: Duration.seconds(5), failureThreshold: 24 }),
      readiness: httpProbe(health.ready, 'api', {
        period: Duration.seconds(10),
        timeout: Duration.seconds(5),
      }),
      liveness: httpProbe(health.live, 'api', {
        period: Duration.seconds(20),
        timeout: Duration.seconds(10),
        failureThreshold: 6,
      }),
    },
    mounts: [
      { volume: Volume.claimTemplate('data'), path: '/data' },
      { volume: Volume.scratch('tmp'), path: '/tmp' },
    ],
  };
}

function requireBucketName(scope: Construct, bucket: string): void {
  requireProp(
    /^(?=.{3,63}$)[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$/.test(bucket) && !/^\d+(\.\d+){3}$/.test(bucket),
    scope,
    'buckets',
    "have names of 3 to 63 lower-case letters, digits, '.' and '-', like a DNS name and not an IP address",
    bucket,
  );
}
