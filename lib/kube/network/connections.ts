import type { ReplicaRange } from '../objects/inventory';
import { requireKnownProps } from '../objects/known-props';
import type { Identity, Labels } from '../objects/labels';
import type { UpdateStrategy } from '../pods/rollout';
import type { SecretKey } from '../secrets/secrets';

/** How a client reaches one database, whatever serves it. */
export interface DatabaseConnection {
  /** DNS name of the server, as seen from any namespace of the cluster. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The login role that owns the database. */
  readonly username: string;
  /** Where the password of {@link username} is, in the namespace of the client. */
  readonly password: SecretKey;
}

/** How a client reaches one bucket, whatever serves it. */
export interface BucketConnection {
  readonly bucket: string;
  /** Folder in the bucket, with inner slashes alone: `team/artifacts`. @default - the bucket as a whole */
  readonly path?: string;
  /** URL of an S3-compatible server. @default - AWS S3 itself */
  readonly endpoint?: string;
  /** AWS region. @default - the client's own */
  readonly region?: string;
  /** Where the access key is. @default - `roleArn`, or the client's identity on the node, opens the bucket */
  readonly credentials?: BucketCredentials;
  /** IAM role that opens the bucket, from an annotation of the client's ServiceAccount. @default - none */
  readonly roleArn?: string;
}

/** The two halves of an S3 access key. */
export interface BucketCredentials {
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
}

/** `s3://bucket`, or `s3://bucket/path`. */
export function bucketUri(connection: BucketConnection): string {
  requireKnownProps('bucketUri()', { connection }, 'connection:Bucket');
  const { bucket, path } = connection;
  return path === undefined ? `s3://${bucket}` : `s3://${bucket}/${path}`;
}

/** Annotations of a ServiceAccount that give its pods an IAM role, on EKS. */
export function roleAnnotations(roleArn: string | undefined): Readonly<Record<string, string>> | undefined {
  return roleArn === undefined ? undefined : { 'eks.amazonaws.com/role-arn': roleArn };
}

/** How a client reaches an HTTP server inside the cluster. */
export interface HttpConnection {
  /** DNS name of the server, as seen from any namespace of the cluster. */
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
}

/** A connection to an HTTP server inside the cluster. */
export function httpConnection(host: string, port: number): HttpConnection {
  return { host, port, url: `http://${host}:${port}` };
}

/** The pods of an HTTP server, for a load balancer that reaches each of them by itself. */
export interface ServersConnection {
  /** Whose pods they are. */
  readonly identity: Identity;
  /** Port of each pod. */
  readonly port: number;
  /** Name of {@link port} in their containers. */
  readonly portName: string;
  /** Path that answers 200 where a pod can serve requests. */
  readonly readyPath: string;
  /** How many pods there are. */
  readonly replicas: ReplicaRange;
  /** How they are replaced: a rollout may add pods. */
  readonly strategy: UpdateStrategy;
}

/** How a client reaches the brokers of a Kafka cluster. */
export interface KafkaConnection {
  /** `host:port`, as seen from any namespace of the cluster; it leads to all brokers. */
  readonly bootstrapServers: string;
}

/** What the members of one consumer group are given. */
export interface ConsumerConnection extends KafkaConnection {
  readonly groupId: string;
  /** The topics that every member subscribes to. */
  readonly topics: readonly [string, ...string[]];
  /** How many members the partitions are enough for, as was checked. */
  readonly members: number;
}

/** Where each pod of a component serves its metrics as Prometheus text. */
export interface MetricsConnection {
  /** Name of the job that scrapes it: the label `job` of its series. */
  readonly job: string;
  /** DNS name of all pods, including those that are not ready: otherwise `up == 0` would never occur. */
  readonly host: string;
  readonly port: number;
  /** Name of {@link port} in its Service. */
  readonly portName: string;
  readonly path: string;
  /** Labels of its Service. */
  readonly labels: Labels;
}
