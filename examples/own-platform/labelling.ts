import { type App, Size } from 'cdk8s';
import {
  bucket,
  type CredentialSource,
  connect,
  Deployment,
  database,
  http,
  httpProbe,
  type Identity,
  Minio,
  type NodePool,
  Postgres,
  recordServer,
  Service,
} from 'cdk8s-ml-platform';
import {
  mergedValues,
  postgresReady,
  type Release,
  type ReleaseOptions,
  Stack,
  type StackDefinition,
  type StackEntry,
} from 'cdk8s-ml-platform/platform';
import { Cpu } from 'cdk8s-plus-28';

/** What an environment decides about labelling. */
export interface LabellingConfig extends StackEntry<LabellingStack> {
  /** URL of the model server that proposes labels. */
  readonly embedder: string;
  readonly nodePool: NodePool;
  /** How many pods propose labels. @default 1 */
  readonly replicas?: number;
  /** Node port of the tagger, and the port of the machine that kind maps to it. @default - none */
  readonly exposure?: { readonly nodePort: number; readonly hostPort: number };
  /** The helm release of the editor. @default - the values below */
  readonly editor?: ReleaseOptions;
}

interface LabellingProps extends LabellingConfig {
  readonly credentials: CredentialSource;
}

const TAGGER: Identity = { name: 'tagger', instance: 'tagger', component: 'server' };
const EDITOR = { name: 'editor', port: 8080 };

/** Labelling of images: a tagger of our own beside an editor that comes as a helm chart. */
export class LabellingStack extends Stack {
  readonly postgres: Postgres;
  readonly minio: Minio;
  readonly tagger: Deployment;
  readonly editor: Release;

  constructor(app: App, id: string, props: LabellingProps) {
    const { credentials, embedder, nodePool, replicas, exposure, editor = {} } = props;
    super(app, id, { namespace: id });
    const keys = credentials.provide(this, {
      name: 'labelling-keys',
      readers: ['postgres', 'minio', 'tagger', 'editor'],
      keys: {
        superuser: { meaning: 'password of the superuser', from: { random: 24 }, local: 'postgres' },
        labels: { meaning: 'password of the role labels', from: { random: 24 }, local: 'labels' },
        accessKey: { meaning: 'root user of the object store', from: { random: 16 }, local: 'minioadmin' },
        secretKey: { meaning: 'password of the root user', from: { random: 24 }, local: 'minioadmin' },
      },
    });
    this.postgres = new Postgres(this, 'postgres', {
      superuser: { username: 'postgres', password: keys.key('superuser') },
      databases: [{ name: 'labels', owner: 'labels', password: keys.key('labels') }],
      nodePool,
    });
    this.minio = new Minio(this, 'minio', {
      buckets: ['images'],
      credentials: { accessKeyId: keys.key('accessKey'), secretAccessKey: keys.key('secretKey') },
      nodePool,
    });
    const labels = this.postgres.connection('labels');

    // The pods of a chart are not written here, so their labels and their server are declared.
    const pods = { scope: this, name: 'editor', selector: { 'app.kubernetes.io/name': 'editor' } };
    connect(pods, labels);
    const host = `${EDITOR.name}.${id}.svc`;
    recordServer({ host, pods, ports: [{ port: EDITOR.port, podPort: EDITOR.port }] });
    const values = {
      database: {
        host: labels.host,
        port: labels.port,
        name: labels.database,
        user: labels.username,
        existingSecret: { name: labels.password.secret.name, key: labels.password.key },
      },
      service: { name: EDITOR.name, port: EDITOR.port },
      nodeSelector: { ...nodePool.selector },
    };
    this.editor = {
      name: 'editor',
      namespace: id,
      chart: { repository: 'https://charts.example.org', name: 'label-editor', version: '1.4.0' },
      values: mergedValues(values, editor.values),
      waitFor: postgresReady(this.postgres, id),
    };

    this.tagger = new Deployment(this, 'tagger', {
      identity: TAGGER,
      replicas,
      pod: {
        securityContext: { user: 1000 },
        nodePool,
        uses: [
          database(labels, { wait: true }),
          bucket(this.minio.bucket('images')),
          http(embedder, 'EMBEDDER_URL'),
          http(`http://${host}:${EDITOR.port}`, 'EDITOR_URL'),
        ],
        containers: [
          {
            name: 'tagger',
            image: 'registry.example.org/tagger:2.1.0',
            ports: { http: 8000 },
            probes: { readiness: httpProbe('/health', 'http') },
            resources: {
              requests: { cpu: Cpu.millis(250), memory: Size.mebibytes(256) },
              limits: { memory: Size.mebibytes(512) },
            },
          },
        ],
      },
    });
    const ports = [{ name: 'http', port: 80, nodePort: exposure?.nodePort }] as const;
    new Service(this, 'service', { name: 'tagger', identity: TAGGER, ports });
  }
}

/** The stack as an environment lists it. */
export function labelling({ customize, ...config }: LabellingConfig): StackDefinition {
  return {
    nodePorts: config.exposure && [config.exposure],
    build(app, id, { credentials }) {
      const stack = new LabellingStack(app, id, { ...config, credentials });
      customize?.(stack);
      const labels = stack.postgres.connection('labels');
      return {
        releases: [stack.editor],
        ports: [{ name: 'editor', local: 8070, namespace: id, service: EDITOR.name, port: EDITOR.port }],
        documents: {
          'labelling/import.yaml': { database: labels.database, bucket: stack.minio.bucket('images').bucket },
        },
      };
    },
  };
}
