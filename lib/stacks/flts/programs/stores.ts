import type { BucketConnection, HttpConnection } from '../../../kube/network/connections';
import { type Address, bucketAddress } from '../../../kube/network/network';
import type { Env } from '../../../kube/pods/env';

/** What trainers, evaluation and inference log to. */
export interface Tracking {
  /** The MLflow server. */
  readonly server: HttpConnection;
  /** The bucket of its artifacts, which clients write to themselves. */
  readonly artifacts: BucketConnection;
}

/** The MLflow server, and that of its bucket. */
export function trackingAddresses({ server, artifacts }: Tracking): readonly Address[] {
  return [server, bucketAddress(artifacts)];
}

/** The MLflow server and its bucket, as the MLflow client and boto3 read them. */
export function trackingEnv({ server, artifacts }: Tracking): Env {
  const { endpoint, region = 'us-east-1', credentials } = artifacts;
  return {
    MLFLOW_TRACKING_URI: server.url,
    ...(endpoint === undefined ? {} : { MLFLOW_S3_ENDPOINT_URL: endpoint, AWS_S3_ADDRESSING_STYLE: 'path' }),
    AWS_DEFAULT_REGION: region,
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }),
  };
}
