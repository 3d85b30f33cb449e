import type { DatabaseProps } from '../components/data/database';
import type { SecretSpec } from '../kube/secrets';

/** The superuser of the database server. On a local environment its password is its name. */
export function superuserSecret(username: string): SecretSpec {
  return {
    name: 'postgres-credentials',
    readers: ['postgres', 'postgres-databases'],
    keys: {
      username: { meaning: 'superuser of the server', value: username },
      password: { meaning: 'password of the superuser', local: username },
    },
  };
}

/** The root user of the object store, which the registry is, too: it makes its bucket itself where there is none. */
export function objectStoreSecret(): SecretSpec {
  return {
    name: 'minio-credentials',
    readers: ['minio', 'minio-buckets', 'model-registry-api'],
    keys: {
      accessKey: { meaning: 'root user of the object store', local: 'minioadmin' },
      secretKey: { meaning: 'password of the root user, at least 8 characters', local: 'minioadmin' },
    },
  };
}

/** The role of the registry, as a password for whoever creates it and as the one URL that the registry reads. */
export function registryDatabaseSecret({ name, owner }: DatabaseProps, host: string, port: number): SecretSpec {
  const url = (password: string) => `postgresql://${owner}:${password}@${host}:${port}/${name}`;
  return {
    name: 'model-registry-db',
    readers: ['model-registry-api', 'postgres-databases'],
    keys: {
      password: { meaning: `password of the role ${owner}`, local: owner },
      url: { meaning: `${url('<password>')}, the same password, URL-encoded`, local: url(owner) },
    },
  };
}
