import { Size } from 'cdk8s';
import type { Health } from '../../components/serving/health';
import type { ModelCache } from '../../components/serving/model-cache';
import type { HttpConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { ErrorLocation } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { PullPolicy } from '../../kube/pods/containers';
import type { PodUser } from '../../kube/pods/security';
import type { SecretRef } from '../../kube/secrets/secrets';

/** What the pods of every ModelDeployment run: a server that downloads its model from the registry when it starts. */
export interface ModelServer {
  /** Image of the server, pinned by a tag or a digest. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** The registry that models are downloaded from. */
  readonly registry: HttpConnection;
  /** Port that the server listens on, and the Service. @default 8001 */
  readonly port?: number;
  /** Numeric user that the image can run as. @default { user: 1000 } */
  readonly user?: PodUser;
  /** @default - `/health`, and `/model-info` for readiness, which answers 503 while there is no model */
  readonly health?: Health;
  /** Where the model is downloaded to. @default - 1Gi at `/tmp` */
  readonly modelCache?: ModelCache;
  /** Secret whose keys are environment variables of the server, for a registry that authenticates downloads. @default - none */
  readonly downloadSecret?: SecretRef;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** A server in a cluster that decides how its pods are written: what an operator knows of both. */
export interface OperatedModelServer extends ModelServer {
  /** @default '1.28' */
  readonly kubernetesVersion?: string;
  /** The pools of the cluster. @default - `nodePool` alone */
  readonly nodePools?: readonly NodePool[];
}

/** A server with nothing left to a default. */
export type CompleteModelServer = ModelServer & Required<Omit<ModelServer, 'downloadSecret' | 'nodePool'>>;

/** Properties of a server beside its image and its registry. */
export const MODEL_SERVER_PROPS =
  'port?:number user?:PodUser health?:Health modelCache?:ModelCache downloadSecret?:SecretRef nodePool?:NodePool';

/** Fills in the defaults, which fit the server of the original model platform. */
export function completeModelServer(location: ErrorLocation, server: ModelServer): CompleteModelServer {
  const words = `image imagePullPolicy?:Always|IfNotPresent|Never registry:HttpServer ${MODEL_SERVER_PROPS}` as const;
  requireKnownProps(location, { server }, 'server:object');
  requireKnownProps(location, server, words, 'server');
  const {
    imagePullPolicy = 'IfNotPresent',
    port = 8001,
    user = { user: 1000 },
    health = { readyPath: '/model-info' },
    modelCache = { path: '/tmp', sizeLimit: Size.gibibytes(1) },
  } = server;
  return { ...server, imagePullPolicy, port, user, health, modelCache };
}
