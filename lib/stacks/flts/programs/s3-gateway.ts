import { Construct } from 'constructs';
import type { BucketConnection, HttpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { bucket } from '../../../kube/pods/uses';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import type { Deployment } from '../../../workloads/deployment';
import { httpProbes, type PipelineImage, PipelineServer, uvicorn } from './pipeline-app';

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
    super(...placed(scope, id));
    const words =
      'name? store:object resources?:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[]';
    requireKnownProps(this, props, words);
    const { name = 'fastapi-app', image, imagePullPolicy, uses = [], store, nodePool } = props;
    const { resources = computeResources({ millicores: [100, 500], mebibytes: [256, 512] }) } = props;
    const { endpoint, credentials } = store;
    requireProp(endpoint !== undefined, this, 'store.endpoint', 'be given: the program speaks to MinIO', endpoint);
    requireProp(
      credentials !== undefined,
      this,
      'store.credentials',
      'be given: it knows no other way in',
      credentials,
    );
    const variables = {
      // Host and port, without a scheme.
      host: 'MINIO_ENDPOINT',
      accessKeyId: 'MINIO_ROOT_USER',
      secretAccessKey: 'MINIO_ROOT_PASSWORD',
      bucket: 'MINIO_DEFAULT_BUCKET',
    };
    const files = bucket(store, { variables, wait: { name: 'wait-for-store' } });
    const app = new PipelineServer(this, 'Default', {
      name,
      component: 'gateway',
      image,
      imagePullPolicy,
      command: [...uvicorn('main:app', PORT), '--timeout-keep-alive', '60'],
      port: PORT,
      env: files.env,
      uses: [files, ...uses],
      resources,
      probes: httpProbes('/healthz'),
      nodePool,
    });
    this.deployment = app.deployment;
    this.connection = app.connection;
  }
}
