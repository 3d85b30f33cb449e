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
  /** Image with `curl` and a shell. */
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
            resources: computeResources({ millicores: [50, 200], mebibytes: [64, 128] }),
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
  }
}

/**
 * POSIX sh; the buckets are its arguments, and those that exist stay as they are. Gives the server three minutes, then
 * leaves it to the back-off of the Job. The header is the checksum of the empty body, which curl 7.88 does not send.
 */
export const BUCKET_SCRIPT = `tries=90
: >/tmp/answer
create() {
  status=$(curl --silent --show-error --max-time 30 --output /tmp/answer --write-out '%{http_code}' --request PUT \\
    --header x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \\
    --aws-sigv4 aws:amz:us-east-1:s3 --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$S3_ENDPOINT/$1" 2>/tmp/error) &&
    { [ "$status" = 200 ] || grep -q BucketAlreadyOwnedByYou /tmp/answer; }
}
for bucket in "$@"; do
  until create "$bucket"; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      cat /tmp/error /tmp/answer >&2
      exit 1
    fi
    sleep 2
  done
  echo "bucket $bucket exists"
done
`;
