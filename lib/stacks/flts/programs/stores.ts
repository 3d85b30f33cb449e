import { bucketAddress } from '../../../kube/network/addresses';
import type { BucketConnection, HttpConnection } from '../../../kube/network/connections';
import type { ErrorLocation } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { bucket, http, type Use } from '../../../kube/pods/uses';

/** What trainers, evaluation and inference log to. */
export interface Tracking {
  /** The MLflow server. */
  readonly server: HttpConnection;
  /** The bucket of its artifacts, which clients write to themselves. */
  readonly artifacts: BucketConnection;
}

/** The MLflow server and its bucket, as the MLflow client and boto3 read them. */
export function trackingUse(location: ErrorLocation, tracking: Tracking): Use {
  requireKnownProps(location, tracking, 'server:HttpServer artifacts:Bucket', 'tracking');
  const { server, artifacts } = tracking;
  const { endpoint, region = 'us-east-1' } = artifacts;
  const access = {
    region: 'AWS_DEFAULT_REGION',
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  };
  return {
    env: {
      ...http(server, 'MLFLOW_TRACKING_URI').env,
      ...(endpoint === undefined ? {} : { MLFLOW_S3_ENDPOINT_URL: endpoint, AWS_S3_ADDRESSING_STYLE: 'path' }),
      ...bucket({ ...artifacts, region }, { variables: access }).env,
    },
    addresses: [server, bucketAddress(artifacts)],
  };
}
