import type { DatabaseProps } from '../components/data/database';
import type { SecretSpec } from '../kube/secrets';
import { LOAD_BALANCER } from './flts-load-balancer';

/** The superuser of the database server. On a local environment its password is its name. */
export function superuserSecret(username: string): SecretSpec {
  return {
    name: 'postgres-credentials',
    readers: ['postgres', 'postgres-databases'],
    keys: {
      username: { meaning: 'superuser of the server', value: username },
      password: { meaning: 'password of the superuser', local: username },
      database: { meaning: 'database that the server starts with', value: 'postgres' },
    },
  };
}

/** The role that MLflow logs in as. On a local environment its password is its name. */
export function mlflowSecret({ owner }: DatabaseProps): SecretSpec {
  return {
    name: 'mlflow-db',
    readers: ['mlflow', 'postgres-databases'],
    keys: { password: { meaning: `password of the role ${owner}`, local: owner } },
  };
}

/** The root user of the object store, which the programs of the pipeline use, too. */
export function objectStoreSecret(): SecretSpec {
  return {
    name: 'minio-credentials',
    readers: ['minio', 'minio-buckets', 'mlflow', 'fastapi-app', 'train-*', 'nonml-prophet', 'eval', 'inference*'],
    keys: {
      accessKey: { meaning: 'root user of the object store', local: 'minioadmin' },
      secretKey: { meaning: 'password of the root user, at least 8 characters', local: 'minioadmin' },
    },
  };
}

/** The page of statistics of the load balancer. */
export function statsSecret(): SecretSpec {
  return {
    name: 'haproxy-stats',
    readers: [LOAD_BALANCER],
    keys: { password: { meaning: 'password of the user admin', from: { random: 24 }, local: 'admin' } },
  };
}

/** The administrator of Grafana. */
export function grafanaSecret(): SecretSpec {
  return {
    name: 'grafana-credentials',
    readers: ['grafana'],
    keys: {
      username: { meaning: 'administrator of Grafana', value: 'admin' },
      password: { meaning: 'password of the administrator', from: { random: 24 }, local: 'admin' },
    },
  };
}
