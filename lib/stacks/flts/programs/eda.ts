import { Construct } from 'constructs';
import type { HttpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { tcpProbe } from '../../../kube/pods/probes';
import { http } from '../../../kube/pods/uses';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import { HTTP, type PipelineImage, PipelineServer, uvicorn } from './pipeline-app';

export interface EdaProps extends PipelineImage {
  /** Name of the Deployment and of the Service. @default 'eda' */
  readonly name?: string;
  /** Where it reads the datasets. */
  readonly gateway: HttpConnection;
  /** @default - 100m and 256Mi, at most 200m and 512Mi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const PORT = 8010;

/** The exploration of the datasets: port 8010. */
export class Eda extends Construct {
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: EdaProps) {
    super(...placed(scope, id));
    const words =
      'name? gateway:HttpServer resources?:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[]';
    requireKnownProps(this, props, words);
    const { name = 'eda', image, imagePullPolicy, uses = [], gateway, nodePool } = props;
    const { resources = computeResources({ millicores: [100, 200], mebibytes: [256, 512] }) } = props;
    const app = new PipelineServer(this, 'Default', {
      name,
      component: 'exploration',
      image,
      imagePullPolicy,
      command: uvicorn('main:app', PORT),
      port: PORT,
      env: http(gateway, 'GATEWAY_URL').env,
      uses: [http(gateway, 'GATEWAY_URL'), ...uses],
      resources,
      probes: { readiness: tcpProbe(HTTP) },
      nodePool,
    });
    this.connection = app.connection;
  }
}
