import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { DatabaseProps } from '../components/data/database';
import { Minio, type MinioProps } from '../components/data/minio';
import { Postgres, type PostgresProps } from '../components/data/postgres';
import { LimitRange } from '../components/tenancy/limit-range';
import { ServiceAccount } from '../components/tenancy/service-account';
import type { BucketConnection, DatabaseConnection } from '../kube/connections';
import { requireProp } from '../kube/errors';
import { imageSettings } from '../kube/images';
import { serviceHost } from '../kube/inventory';
import type { NodePool } from '../kube/node-pools';
import type { CredentialSource, SecretRef } from '../kube/secrets';
import { databaseSecret, objectStoreSecret, s3ClientSecret, superuserSecret } from './fair-secrets';
import { Stack } from './stack';

export interface FairStackProps {
  /** @default 'fair' */
  readonly namespace?: string;
  /** Nodes of the database and the object store. @default - any node without taints */
  readonly nodePool?: NodePool;
  /** Where the Secrets come from. */
  readonly credentials: CredentialSource;
  /** @default - the defaults of Postgres */
  readonly postgres?: Pick<PostgresProps, 'image' | 'storage' | 'storageClassName' | 'resources'>;
  /** @default - the defaults of Minio */
  readonly minio?: Pick<MinioProps, 'image' | 'clientImage' | 'storage' | 'storageClassName' | 'resources'>;
  /** Databases beside those of the platform; each gets a Secret `<name>-db`. @default - none */
  readonly extraDatabases?: readonly DatabaseProps[];
  /** Buckets beside those of the platform. @default - none */
  readonly extraBuckets?: readonly string[];
}

/** The databases of fAIr, each owned by a role of its own, by the chart that reads it. */
const DATABASES = {
  zenml: { name: 'zenml', owner: 'zenml' },
  stac: {
    name: 'fair_models',
    owner: 'fair_models',
    extensions: ['postgis', 'btree_gist', 'unaccent'],
    pgstac: true,
  },
  mlflow: { name: 'mlflow', owner: 'mlflow' },
} as const satisfies Record<string, DatabaseProps>;

const POSTGRES = 'postgres';
const SUPERUSER = 'postgres';
const BUCKETS = { data: 'fair-data', mlflow: 'mlflow', zenml: 'zenml' } as const;

/** What a chart needs to reach its database, and the Secret in the shape that it reads. */
export interface DatabaseClient {
  readonly connection: DatabaseConnection;
  readonly secret: SecretRef;
}

/** fAIr: the database and the object store that eoAPI, MLflow and ZenML stand on, and the account of its pipelines. */
export class FairStack extends Stack {
  readonly postgres: Postgres;
  readonly minio: Minio;
  /** What the helm charts beside this stack are given. */
  readonly stac: DatabaseClient;
  readonly mlflow: DatabaseClient & { readonly artifacts: BucketConnection };
  readonly zenml: DatabaseClient & { readonly artifacts: BucketConnection };
  /** The account that the pods of ZenML's pipelines run as. */
  readonly pipelines: ServiceAccount;
  /** The account of the STAC API, where images need pull Secrets: its chart has no value for them. */
  readonly stacAccount?: ServiceAccount;

  constructor(scope: Construct, id: string, props: FairStackProps) {
    const { namespace = 'fair', nodePool, credentials, postgres, minio } = props;
    const { extraDatabases = [], extraBuckets = [] } = props;
    // Nothing stricter than baseline: the STAC chart offers no security context for its containers.
    super(scope, id, { namespace, podSecurity: 'baseline' });
    new LimitRange(this, 'limits', {
      name: 'fair-defaults',
      // No default limit: it would cap the training steps that set none.
      defaultRequest: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
    });

    const address = { host: serviceHost(this, POSTGRES), port: 5432 };
    const superuser = credentials.provide(this, superuserSecret(SUPERUSER));
    const secrets = {
      stac: credentials.provide(this, databaseSecret('stac-db', ['stac'], 'address', DATABASES.stac, address)),
      mlflow: credentials.provide(this, databaseSecret('mlflow-db', ['mlflow'], 'login', DATABASES.mlflow, address)),
      zenml: credentials.provide(this, databaseSecret('zenml-db', ['zenml'], 'password', DATABASES.zenml, address)),
    };
    const names = Object.values(secrets).map((secret) => secret.name);
    const extra = extraDatabases.map((database) => {
      const name = `${database.name.toLowerCase().replaceAll('_', '-')}-db`;
      requireProp(
        !names.includes(name),
        this,
        'extraDatabases',
        `have a Secret of their own ('${name}' is taken)`,
        database.name,
      );
      names.push(name);
      const secret = credentials.provide(this, databaseSecret(name, [], 'address', database, address));
      return { ...database, password: secret.key('password') };
    });
    this.postgres = new Postgres(this, 'postgres', {
      ...postgres,
      name: POSTGRES,
      superuser: { username: SUPERUSER, password: superuser.key('password') },
      databases: [
        { ...DATABASES.zenml, password: secrets.zenml.key('password') },
        { ...DATABASES.stac, password: secrets.stac.key('password') },
        { ...DATABASES.mlflow, password: secrets.mlflow.key('password') },
        ...extra,
      ],
      nodePool,
    });

    const root = credentials.provide(this, objectStoreSecret());
    const client = credentials.provide(this, s3ClientSecret(root, ['mlflow', 'pipelines']));
    this.minio = new Minio(this, 'minio', {
      ...minio,
      buckets: [...Object.values(BUCKETS), ...extraBuckets],
      credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
      nodePool,
    });
    const s3 = {
      accessKeyId: client.key('AWS_ACCESS_KEY_ID'),
      secretAccessKey: client.key('AWS_SECRET_ACCESS_KEY'),
    };

    this.stac = { connection: this.postgres.connection(DATABASES.stac.name), secret: secrets.stac };
    this.mlflow = {
      connection: this.postgres.connection(DATABASES.mlflow.name),
      secret: secrets.mlflow,
      artifacts: this.minio.bucket(BUCKETS.mlflow, s3),
    };
    this.zenml = {
      connection: this.postgres.connection(DATABASES.zenml.name),
      secret: secrets.zenml,
      artifacts: this.minio.bucket(BUCKETS.zenml, s3),
    };
    this.pipelines = new ServiceAccount(this, 'pipelines', {
      name: 'zenml-pipelines',
      // The pods are ZenML's own: they mount the token only because the account says so.
      automountServiceAccountToken: true,
      rules: [
        { apiGroup: '', resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroup: '', resources: ['pods/log'], verbs: ['get'] },
        { apiGroup: 'batch', resources: ['jobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
      ],
    });
    if (imageSettings(this).pullSecrets !== undefined) {
      this.stacAccount = new ServiceAccount(this, 'stac', { name: 'stac', automountServiceAccountToken: true });
      // The migration of the STAC chart runs as the default account of the namespace.
      new ServiceAccount(this, 'default', { name: 'default' });
    }
  }
}
