import type { Construct } from 'constructs';
import type { DatabaseProps } from '../../components/data/database';
import { Kafka } from '../../components/data/kafka';
import { Minio } from '../../components/data/minio';
import { Postgres } from '../../components/data/postgres';
import { objectStoreSecret, superuserSecret } from '../../components/data/store-secrets';
import type { DatabaseConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { CredentialSource } from '../../kube/secrets/secrets';
import type { FltsExposures } from './exposure';
import type { FltsProfile } from './profiles';
import { mlflowSecret } from './secrets';
import { fltsTopics } from './topics';

export interface FltsStoresProps {
  readonly credentials: CredentialSource;
  readonly profile: FltsProfile;
  readonly exposure?: FltsExposures;
  readonly storageClassName?: string;
  readonly nodePool?: NodePool;
}

/** What the pipeline keeps its data in. */
export interface FltsStores {
  readonly kafka: Kafka;
  readonly minio: Minio;
  readonly postgres: Postgres;
  /** The database of MLflow. */
  readonly database: DatabaseConnection;
}

/** The buckets of the pipeline, by what is in them. */
export const BUCKETS = {
  dataset: 'dataset',
  processed: 'processed-data',
  mlflow: 'mlflow',
  promotion: 'model-promotion',
  logs: 'inference-logs',
} as const;

const SUPERUSER = 'postgres';
const DATABASE: DatabaseProps = { name: 'mlflow', owner: 'mlflow' };
/** Who logs in to the object store as its root user. */
const STORE_CLIENTS = ['mlflow', 'fastapi-app', 'train-*', 'nonml-prophet', 'eval', 'inference*'];

/** Brokers with the topics of the pipeline, an object store with its buckets, and a database server for MLflow. */
export function fltsStores(scope: Construct, props: FltsStoresProps): FltsStores {
  const { credentials, profile, exposure, storageClassName, nodePool } = props;
  const superuser = credentials.provide(scope, superuserSecret(SUPERUSER));
  const database = credentials.provide(scope, mlflowSecret(DATABASE));
  const root = credentials.provide(scope, objectStoreSecret(STORE_CLIENTS));
  const where = { storageClassName, nodePool };
  const kafka = new Kafka(scope, 'kafka', {
    ...profile.kafka,
    ...where,
    topics: fltsTopics(profile.networks.replicas),
  });
  const minio = new Minio(scope, 'minio', {
    ...profile.minio,
    ...where,
    buckets: Object.values(BUCKETS),
    credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
    consoleNodePort: exposure?.console?.nodePort,
    publicMetrics: true,
  });
  const postgres = new Postgres(scope, 'postgres', {
    ...profile.postgres,
    ...where,
    superuser: { username: SUPERUSER, password: superuser.key('password') },
    databases: [{ ...DATABASE, password: database.key('password') }],
  });
  return { kafka, minio, postgres, database: postgres.connection(DATABASE.name) };
}
