import type { DatabaseProps } from '../components/data/database';
import type { RandomValue, SecretKeySpec, SecretRef, SecretSpec } from '../kube/secrets';

/** Where a database is, as some of its Secrets repeat it. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

/** The documented access key of the object store on somebody's own machine. */
export const LOCAL_ACCESS_KEY = { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' } as const;

/** A password that nobody has to remember: as strong as a key of 192 bits. */
const PASSWORD: RandomValue = { random: 24 };

/** The superuser of the database server. */
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

/** The root user of the object store. */
export function objectStoreSecret(): SecretSpec {
  return {
    name: 'minio-credentials',
    readers: ['minio', 'minio-buckets'],
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

/**
 * The same access key in the names that AWS clients read.
 * @param root - the Secret of the object store
 */
export function s3ClientSecret(root: SecretRef, readers: readonly string[]): SecretSpec {
  return {
    name: 's3-credentials',
    readers,
    keys: {
      AWS_ACCESS_KEY_ID: {
        meaning: 'access key of the object store',
        from: { sameAs: root.key('accessKey') },
        local: LOCAL_ACCESS_KEY.accessKeyId,
      },
      AWS_SECRET_ACCESS_KEY: {
        meaning: 'secret key of the object store',
        from: { sameAs: root.key('secretKey') },
        local: LOCAL_ACCESS_KEY.secretAccessKey,
      },
    },
  };
}

/** What a Secret of a database holds beside the password: charts differ in what they read from it. */
export type DatabaseSecretShape = 'password' | 'login' | 'address';

/** The role that owns a database, for the one client that logs in as it. On a local environment its password is its name. */
export function databaseSecret(
  name: string,
  readers: readonly string[],
  shape: DatabaseSecretShape,
  { name: database, owner }: DatabaseProps,
  { host, port }: DatabaseAddress,
): SecretSpec {
  const password: SecretKeySpec = { meaning: `password of the role ${owner}`, from: PASSWORD, local: owner };
  const username: SecretKeySpec = { meaning: `role that owns the database ${database}`, value: owner };
  const address: Record<string, SecretKeySpec> = {
    host: { meaning: 'DNS name of the server', value: host },
    port: { meaning: 'port of the server', value: String(port) },
    database: { meaning: 'name of the database', value: database },
  };
  return {
    name,
    readers: [...readers, 'postgres-databases'],
    keys: {
      ...(shape === 'password' ? {} : { username }),
      password,
      ...(shape === 'address' ? address : {}),
    },
  };
}
