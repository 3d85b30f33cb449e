import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { type Address, bucketAddress } from '../../../kube/network/addresses';
import { type BucketConnection, bucketUri } from '../../../kube/network/connections';
import { customResource } from '../../../kube/objects/custom-resource';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { requireWhole } from '../../../kube/objects/numbers';
import { computeResources, type Resources, resourceAmounts } from '../../../kube/resources/quantities';
import { BARMAN_API, type ObjectStoreSpec } from './resources';

/** Where the backups of a cluster go. */
export interface BackupStoreConnection {
  /** Name of the ObjectStore, in the namespace of the cluster. */
  readonly name: string;
  /** IAM role that opens the bucket, for the ServiceAccount of the cluster. @default - a Secret opens it */
  readonly roleArn?: string;
  /** The server of the bucket. */
  readonly address: Address;
}

export interface BackupStoreProps {
  /** Name of the ObjectStore. */
  readonly name: string;
  /** The bucket; each cluster writes to a folder of its own name. */
  readonly bucket: BucketConnection;
  /** How long a point in time can be recovered; older backups are deleted. In whole days. */
  readonly retention: Duration;
  /** Of the container beside every instance that does the work. @default - 100m and 128Mi, at most 1 CPU and 1Gi */
  readonly resources?: Resources;
}

/** A bucket for the backups of CloudNativePG clusters. Needs the Barman Cloud plug-in beside the operator. */
export class BackupStore extends Construct {
  readonly connection: BackupStoreConnection;

  constructor(scope: Construct, id: string, props: BackupStoreProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name bucket:Bucket retention:Duration resources?:object');
    const {
      name,
      bucket,
      retention,
      resources = computeResources({ millicores: [100, 1000], mebibytes: [128, 1024] }),
    } = props;
    const days = retention.toDays({ integral: false });
    requireWhole(this, 'retention', days, 1, 'be a whole number of days');
    // AWS encrypts at rest with keys of its own; another S3 server may have none, and then refuses to.
    const encryption = bucket.endpoint === undefined ? 'AES256' : undefined;
    customResource<ObjectStoreSpec>(this, 'Default', {
      apiVersion: BARMAN_API,
      kind: 'ObjectStore',
      name,
      spec: {
        retentionPolicy: `${days}d`,
        configuration: {
          destinationPath: bucketUri(bucket),
          endpointURL: bucket.endpoint,
          s3Credentials: credentials(bucket),
          wal: { compression: 'gzip', encryption },
          data: { compression: 'gzip', encryption, jobs: 2 },
        },
        instanceSidecarConfiguration: {
          env: bucket.region === undefined ? undefined : [{ name: 'AWS_DEFAULT_REGION', value: bucket.region }],
          resources: resourceAmounts(this, 'resources', resources),
        },
      },
    });
    this.connection = { name, roleArn: bucket.roleArn, address: bucketAddress(bucket) };
  }
}

function credentials({ credentials }: BucketConnection): ObjectStoreSpec['configuration']['s3Credentials'] {
  if (credentials === undefined) return { inheritFromIAMRole: true };
  const { accessKeyId, secretAccessKey } = credentials;
  return {
    accessKeyId: { name: accessKeyId.secret.name, key: accessKeyId.key },
    secretAccessKey: { name: secretAccessKey.secret.name, key: secretAccessKey.key },
  };
}
