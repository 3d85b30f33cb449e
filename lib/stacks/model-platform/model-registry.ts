import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { uvicornHost } from '../../kube/network/addresses';
import {
  type BucketConnection,
  type DatabaseConnection,
  type HttpConnection,
  httpConnection,
} from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps, PullPolicy } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import { httpProbe } from '../../kube/pods/probes';
import { bucket, database, type Use } from '../../kube/pods/uses';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import type { SecretKey } from '../../kube/secrets/secrets';
import { Deployment } from '../../workloads/deployment';
import { PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';

export interface ModelRegistryProps {
  /** Name of the Deployment. @default 'model-registry-api' */
  readonly name?: string;
  /** Image of the API, pinned by a tag or a digest. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** @default 2 */
  readonly replicas?: number;
  /** Where models and their versions are listed. */
  readonly database: DatabaseConnection;
  /** The same as a URL, with the password in it: `postgresql://username:password@host:port/database`. */
  readonly databaseUrl: SecretKey;
  /** Where the files of the models are. It needs an access key. */
  readonly models: BucketConnection;
  /** What the API says that it is. @default 'development' */
  readonly environment?: string;
  /** Port of every node; the API is unauthenticated. @default - reached inside the cluster only */
  readonly nodePort?: number;
  /** @default - 250m and 256Mi, at most 500m and 512Mi */
  readonly resources?: Resources;
  /** What it connects to beside database and bucket: databases, buckets, topics, servers. @default - nothing */
  readonly uses?: readonly Use[];
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const PORT = 8000;
const PORT_NAME = 'http';

/** The image runs as root; nothing in it asks for that. */
const USER = 1000;

/** The API that models are uploaded to and downloaded from. */
export class ModelRegistry extends Construct {
  readonly deployment: Deployment;
  /** `model-registry-service`, port 8000: the operator of the original has the name in its code. */
  readonly service: Service;
  /** `model-registry-external`, where there is a node port. */
  readonly external?: Service;
  /** How clients in the cluster reach it. */
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: ModelRegistryProps) {
    super(...placed(scope, id));
    const words =
      'name? image imagePullPolicy?:Always|IfNotPresent|Never replicas?:number database:object databaseUrl:SecretKey models:object environment? nodePort?:number resources?:object uses?:object[] nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'model-registry-api', replicas = 2, nodePort, nodePool, uses = [] } = props;
    const store = this.store(props.models);
    const identity: Identity = { name: 'model-registry', instance: name, component: 'api' };
    this.deployment = new Deployment(this, 'Default', {
      identity,
      replicas,
      strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) },
      pod: {
        nodePool,
        securityContext: { user: USER },
        podLabels: { app: name },
        // The URL of the database, with its password in it, is a Secret.
        uses: [database(props.database, { variables: {}, wait: { name: 'wait-for-postgres' } }), store, ...uses],
        containers: [this.api(store, props)],
      },
    });
    if (replicas >= 2) {
      const budget = { maxUnavailable: PodCount.absolute(1) };
      new PodDisruptionBudget(this, 'pdb', { name, target: this.deployment, budget });
    }
    const port = { name: PORT_NAME, port: PORT };
    this.service = new Service(this, 'service', { name: 'model-registry-service', identity, ports: [port] });
    if (nodePort !== undefined) {
      const ports = [{ ...port, nodePort }] as const;
      this.external = new Service(this, 'external', { name: 'model-registry-external', identity, ports });
    }
    const { host } = this.service;
    this.connection = httpConnection(host, PORT);
  }

  private api(store: Use, props: ModelRegistryProps): ContainerProps {
    const { image, imagePullPolicy, databaseUrl, models, environment = 'development' } = props;
    const { host, protocol } = new URL(models.endpoint ?? 'https://s3.amazonaws.com');
    const { resources = computeResources({ millicores: [250, 500], mebibytes: [256, 512] }) } = props;
    return {
      name: 'api',
      image,
      imagePullPolicy,
      ports: { [PORT_NAME]: PORT },
      env: {
        DATABASE_URL: databaseUrl,
        // Host and port, without a scheme.
        MINIO_ENDPOINT: host,
        MINIO_SECURE: String(protocol === 'https:'),
        ...store.env,
        API_HOST: uvicornHost(1),
        API_PORT: String(PORT),
        ENVIRONMENT: environment,
        LOG_LEVEL: 'INFO',
      },
      resources,
      probes: {
        startup: httpProbe('/health', PORT_NAME, { period: Duration.seconds(5), failureThreshold: 24 }),
        readiness: httpProbe('/health', PORT_NAME, { period: Duration.seconds(5), timeout: Duration.seconds(3) }),
        liveness: httpProbe('/health', PORT_NAME, {
          period: Duration.seconds(10),
          timeout: Duration.seconds(5),
          failureThreshold: 6,
        }),
      },
      // Uploads of more than 1 MB pass through a file.
      mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
    };
  }

  private store(models: BucketConnection): Use {
    requireProp(
      models.credentials !== undefined,
      this,
      'models.credentials',
      'be given: the API knows no other way in',
      undefined,
    );
    const variables = { accessKeyId: 'MINIO_ACCESS_KEY', secretAccessKey: 'MINIO_SECRET_KEY', bucket: 'MODEL_BUCKET' };
    return bucket(models, { variables, wait: { name: 'wait-for-minio' } });
  }
}
