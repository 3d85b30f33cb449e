import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import type { BucketConnection, BucketCredentials, MetricsConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { oneOf, requireProp, requireUnique } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
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
  /** @default images.minio */
  readonly image?: string;
  /** Image with `mc` and a shell, for the Job that creates the buckets. @default images.minioClient */
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
  /** Port of the console on every node. @default - the console is reached inside the cluster only */
  readonly consoleNodePort?: number;
  /** Serves metrics unauthenticated at the S3 API: names and sizes of buckets, and no content. @default false */
  readonly publicMetrics?: boolean;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** The numeric user of the server; the image runs as any. */
const USER = 1000;
const API_PORT = 9000;
const CONSOLE_PORT = 9001;

/** A MinIO server with one volume, and a Job that creates its buckets. */
export class Minio extends Construct {
  readonly server: StatefulSet;
  /** The S3 API: `name`, port 9000. */
  readonly service: Service;
  /** The web console: `name-console`, port 9001. */
  readonly console: Service;
  /** The Job that creates the buckets, where there are any. */
  readonly bucketJob?: BucketJob;
  /** Where there are `publicMetrics`: those of the cluster and its buckets. */
  readonly metrics?: MetricsConnection;
  private readonly buckets: readonly string[];
  private readonly credentials: BucketCredentials;

  constructor(scope: Construct, id: string, props: MinioProps) {
    super(...placed(scope, id));
    const words =
      'name? image? clientImage? buckets:string[] credentials:Credentials storage?:Size storageClassName? resources?:object consoleNodePort?:number publicMetrics?:boolean nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const {
      name = 'minio',
      image = images.minio,
      clientImage = images.minioClient,
      buckets,
      credentials,
      storage = Size.gibibytes(5),
      storageClassName,
      resources = computeResources({ millicores: [100, 500], mebibytes: [256, 512] }),
      consoleNodePort,
      publicMetrics = false,
      nodePool,
    } = props;
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
        securityContext: { user: USER },
        terminationGracePeriod: Duration.seconds(60),
        containers: [serverContainer(image, resources, credentials, publicMetrics)],
      },
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'api', port: API_PORT }] });
    this.console = new Service(this, 'console', {
      name: `${name}-console`,
      identity,
      ports: [{ name: 'console', port: CONSOLE_PORT, nodePort: consoleNodePort }],
    });
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
  image: string,
  resources: Resources,
  credentials: BucketCredentials,
  publicMetrics: boolean,
): ContainerProps {
  return {
    name: 'minio',
    image,
    args: ['server', '/data', '--console-address', `:${CONSOLE_PORT}`],
    ports: { api: API_PORT, console: CONSOLE_PORT },
    env: {
      MINIO_ROOT_USER: credentials.accessKeyId,
      MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
      // The server keeps its certificates below HOME, and the image has none that this user may write to.
      HOME: '/tmp',
      ...(publicMetrics ? { MINIO_PROMETHEUS_AUTH_TYPE: 'public' } : {}),
    },
    resources,
    probes: {
      startup: httpProbe('/minio/health/live', 'api', { period: Duration.seconds(5), failureThreshold: 24 }),
      readiness: httpProbe('/minio/health/ready', 'api', {
        period: Duration.seconds(10),
        timeout: Duration.seconds(5),
      }),
      liveness: httpProbe('/minio/health/live', 'api', {
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
