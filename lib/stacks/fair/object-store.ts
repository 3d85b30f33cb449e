import type { Construct } from 'constructs';
import { Minio, type MinioProps } from '../../components/data/minio';
import { objectStoreSecret } from '../../components/data/store-secrets';
import type { BucketConnection, BucketCredentials } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { oneOf, requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { CredentialSource, SecretRef } from '../../kube/secrets/secrets';
import { s3ClientSecret } from './secrets';

/** An S3 server with buckets of its own: MinIO, or another `engine`. */
export interface MinioObjectStore
  extends Pick<MinioProps, 'engine' | 'image' | 'clientImage' | 'storage' | 'storageClassName' | 'resources'> {
  readonly type: 'MinIO';
}

/** A bucket, or a folder in one. */
export type S3Bucket = Pick<BucketConnection, 'bucket' | 'path'>;

/** Buckets that exist: of AWS S3, or of another server with its API, such as Ceph, Google Cloud Storage or a MinIO. */
export interface S3ObjectStore {
  readonly type: 'S3';
  /** URL of the server, without a path: `https://storage.googleapis.com`. @default - AWS S3 itself */
  readonly endpoint?: string;
  /** `us-east-1`; other servers than AWS may have any name, and AWS needs one. @default - none */
  readonly region?: string;
  readonly buckets: Readonly<Record<BucketName, S3Bucket>>;
  /**
   * IAM role that opens the buckets, for the ServiceAccounts of those who use them.
   * @default - the Secret `s3-credentials` opens them
   */
  readonly roleArn?: string;
}

/** What serves the buckets. */
export type FairObjectStoreBackend = MinioObjectStore | S3ObjectStore;

/** The buckets of fAIr: files of users, artifacts of MLflow and of ZenML. */
export type BucketName = 'data' | 'mlflow' | 'zenml';

/** The buckets of a stack, for those who use them. */
export interface FairObjectStore {
  readonly minio?: Minio;
  readonly buckets: Readonly<Record<BucketName, BucketConnection>>;
}

const AWS_REGION = /^[a-z]+(-[a-z]+)+-\d$/;
const AWS_HOST = /\.amazonaws\.com(\.cn)?(:\d+)?$/;

const MINIO_BUCKETS: Readonly<Record<BucketName, string>> = { data: 'fair-data', mlflow: 'mlflow', zenml: 'zenml' };

/**
 * Writes the object store of a stack, or describes an external one.
 * @param readers - who is given the key of its clients
 */
export function fairObjectStore(
  scope: Construct,
  backend: FairObjectStoreBackend,
  extraBuckets: readonly string[],
  credentials: CredentialSource,
  nodePool: NodePool | undefined,
  readers: readonly string[],
): FairObjectStore {
  const { type } = backend;
  requireProp(['MinIO', 'S3'].includes(type), scope, 'objectStore.type', oneOf(['MinIO', 'S3']), type);
  if (backend.type === 'MinIO') return minioStore(scope, backend, extraBuckets, credentials, nodePool, readers);
  requireProp(
    extraBuckets.length === 0,
    scope,
    'extraBuckets',
    'be empty with S3, where none is created',
    extraBuckets,
  );
  return { buckets: s3Buckets(scope, backend, credentials, readers) };
}

function minioStore(
  scope: Construct,
  { type: _, ...props }: MinioObjectStore,
  extraBuckets: readonly string[],
  credentials: CredentialSource,
  nodePool: NodePool | undefined,
  readers: readonly string[],
): FairObjectStore {
  const root = credentials.provide(scope, objectStoreSecret());
  const opens = { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') };
  const client = credentials.provide(scope, s3ClientSecret(readers, opens));
  const minio = new Minio(scope, 'minio', {
    ...props,
    buckets: [...Object.values(MINIO_BUCKETS), ...extraBuckets],
    credentials: opens,
    nodePool,
  });
  return { minio, buckets: everyBucket((name) => minio.bucket(MINIO_BUCKETS[name], clientKeys(client))) };
}

/** The buckets of S3, with what opens them in the namespace of `scope`. */
export function s3Buckets(
  scope: Construct,
  store: S3ObjectStore,
  credentials: CredentialSource,
  readers: readonly string[],
): Readonly<Record<BucketName, BucketConnection>> {
  requireKnownProps(scope, store, 'type:S3 endpoint? region? buckets:object roleArn?', 'objectStore');
  const { endpoint, region, roleArn, buckets } = store;
  requireKnownProps(scope, buckets, 'data:object mlflow:object zenml:object', 'objectStore.buckets');
  for (const bucket of Object.values(buckets)) requireKnownProps(scope, bucket, 'bucket path?', 'objectStore.buckets');
  if (endpoint !== undefined) {
    const isOrigin = /^https?:/.test(endpoint) && URL.canParse(endpoint) && new URL(endpoint).origin === endpoint;
    requireProp(isOrigin, scope, 'objectStore.endpoint', 'be an http or https URL without a path', endpoint);
  }
  const isRegion = AWS_REGION.test(region ?? '') || (endpoint !== undefined && !AWS_HOST.test(endpoint));
  requireProp(isRegion, scope, 'objectStore.region', 'be a region of AWS (us-east-1)', region);
  requireProp(
    roleArn === undefined || /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn),
    scope,
    'objectStore.roleArn',
    'be the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)',
    roleArn,
  );
  const opened =
    roleArn === undefined
      ? { credentials: clientKeys(credentials.provide(scope, s3ClientSecret(readers))) }
      : { roleArn };
  return everyBucket((name) => ({ ...buckets[name], endpoint, region, ...opened }));
}

function clientKeys(client: SecretRef): BucketCredentials {
  return {
    accessKeyId: client.key('AWS_ACCESS_KEY_ID'),
    secretAccessKey: client.key('AWS_SECRET_ACCESS_KEY'),
  };
}

function everyBucket(bucket: (name: BucketName) => BucketConnection): Readonly<Record<BucketName, BucketConnection>> {
  return { data: bucket('data'), mlflow: bucket('mlflow'), zenml: bucket('zenml') };
}
