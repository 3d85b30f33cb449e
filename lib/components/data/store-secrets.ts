import type { RandomValue, SecretSpec } from '../../kube/secrets/secrets';

/** The documented access key of the object store in a local environment. */
export const LOCAL_ACCESS_KEY = { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' } as const;

/** A generated password, as strong as a key of 192 bits. */
export const PASSWORD: RandomValue = { random: 24 };

/** The superuser of the database server. On a local environment its password is its name. */
export function superuserSecret(username: string): SecretSpec {
  return {
    name: 'postgres-credentials',
    readers: ['postgres', 'postgres-databases'],
    keys: {
      username: { meaning: 'superuser of the server', value: username },
      password: { meaning: 'password of the superuser', from: PASSWORD, local: username },
    },
  };
}

/**
 * The root user of the object store.
 * @param clients - the workloads that log in as it, beside the server and the Job of its buckets
 */
export function objectStoreSecret(clients: readonly string[] = []): SecretSpec {
  return {
    name: 'minio-credentials',
    readers: ['minio', 'minio-buckets', ...clients],
    keys: {
      accessKey: {
        meaning: 'root user of the object store',
        format: 'at least 3 characters',
        from: { random: 16 },
        local: LOCAL_ACCESS_KEY.accessKeyId,
      },
      secretKey: {
        meaning: 'password of the root user',
        format: 'at least 8 characters',
        from: PASSWORD,
        local: LOCAL_ACCESS_KEY.secretAccessKey,
      },
    },
  };
}
