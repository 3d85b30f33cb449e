import type { Construct } from 'constructs';
import { urlAddress } from '../../kube/network/addresses';
import type { BucketCredentials } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireKnownProps } from '../../kube/objects/known-props';
import { Volume } from '../../kube/pods/volumes';
import { computeResources } from '../../kube/resources/quantities';
import { Job } from '../../workloads/job';

export interface BucketJobProps {
  /** Name of the Job, before the hash of its spec. */
  readonly name: string;
  /** Image with `mc` and a shell. */
  readonly image: string;
  readonly buckets: readonly string[];
  /** URL of the S3 API. */
  readonly endpoint: string;
  readonly credentials: BucketCredentials;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** A Job that waits for an S3 server and creates the buckets that it does not have yet. */
export class BucketJob extends Job {
  constructor(scope: Construct, id: string, props: BucketJobProps) {
    requireKnownProps(scope, props, 'name image buckets:string[] endpoint credentials:Credentials nodePool?:NodePool');
    const { name, image, buckets, endpoint, credentials, nodePool } = props;
    super(scope, id, {
      identity: { name: 'minio', instance: name, component: 'bucket-init' },
      pod: {
        nodePool,
        securityContext: { user: 1000 },
        uses: [
          {
            env: {
              S3_ENDPOINT: endpoint,
              S3_ACCESS_KEY: credentials.accessKeyId,
              S3_SECRET_KEY: credentials.secretAccessKey,
            },
            addresses: [urlAddress(endpoint)],
          },
        ],
        containers: [
          {
            name: 'create-buckets',
            image,
            command: ['/bin/sh', '-euc', BUCKET_SCRIPT, 'create-buckets', ...buckets],
            env: { MC_CONFIG_DIR: '/tmp/.mc', HOME: '/tmp' },
            resources: computeResources({ millicores: [50, 200], mebibytes: [64, 128] }),
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
  }
}

/** POSIX sh; the buckets are its arguments. Gives the server three minutes, then leaves it to the back-off of the Job. */
export const BUCKET_SCRIPT = `tries=90
until mc alias set s3 "$S3_ENDPOINT" "$S3_ACCESS_KEY" "$S3_SECRET_KEY" >/dev/null 2>/tmp/error; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    cat /tmp/error >&2
    exit 1
  fi
  sleep 2
done
for bucket in "$@"; do
  mc mb --ignore-existing "s3/$bucket"
done
`;
