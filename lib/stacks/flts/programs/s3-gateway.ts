import { Construct } from 'constructs';
import type { BucketConnection, HttpConnection } from '../../../kube/network/connections';
import { connect, urlAddress } from '../../../kube/network/network';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { waitForHttp } from '../../../kube/pods/wait-for';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import type { Deployment } from '../../../workloads/deployment';
import { httpProbes, type PipelineImage, PipelineServer } from './pipeline-app';

export interface S3GatewayProps extends PipelineImage {
  /** Name of the Deployment and of the Service. @default 'fastapi-app' */
  readonly name?: string;
  /** The bucket of the datasets, on a server whose buckets it all reads and writes. It needs an endpoint and an access key. */
  readonly store: BucketConnection;
  /**
   * It holds each upload in memory as a whole: the limit bounds the largest object.
   * @default - 100m and 256Mi, at most 500m and 512Mi
   */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const PORT = 8000;

/** Objects of an S3 server over plain HTTP, without a login: `/download/<bucket>/<object>`, `/upload/<bucket>/<object>`. */
export class S3Gateway extends Construct {
  readonly deployment: Deployment;
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: S3GatewayProps) {
    super(scope, id);
    const { name = 'fastapi-app', image, imagePullPolicy, store, nodePool } = props;
    const { resources = computeResources({ millicores: [100, 500], mebibytes: [256, 512] }) } = props;
    const { bucket, endpoint, credentials } = store;
    requireProp(endpoint !== undefined, this, 'store.endpoint', 'be given: the program speaks to MinIO', endpoint);
    requireProp(
      credentials !== undefined,
      this,
      'store.credentials',
      'be given: it knows no other way in',
      credentials,
    );
    const app = new PipelineServer(this, 'Default', {
      name,
      component: 'gateway',
      image,
      imagePullPolicy,
      port: PORT,
      env: {
        // Host and port, without a scheme.
        MINIO_ENDPOINT: new URL(endpoint).host,
        MINIO_ROOT_USER: credentials.accessKeyId,
        MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
        MINIO_DEFAULT_BUCKET: bucket,
      },
      resources,
      probes: httpProbes('/healthz'),
      initContainers: [waitForHttp('wait-for-store', images.minio, endpoint)],
      nodePool,
    });
    connect(app.deployment.pods, urlAddress(endpoint));
    this.deployment = app.deployment;
    this.connection = app.connection;
  }
}
