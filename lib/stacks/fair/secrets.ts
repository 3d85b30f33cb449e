import type { DatabaseProps } from '../../components/data/database';
import { LOCAL_ACCESS_KEY, PASSWORD } from '../../components/data/store-secrets';
import type { BucketCredentials } from '../../kube/network/connections';
import type { Labels } from '../../kube/objects/labels';
import type { SecretKeySpec, SecretSpec } from '../../kube/secrets/secrets';

/** Where a database is, as some of its Secrets repeat it, and who else reads them there. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  /** The workload that gives the role its password. */
  readonly reader: string;
  /** Labels of its Secret that the workload looks for. @default - none */
  readonly labels?: Labels;
}

/**
 * The access key of the object store in the names that AWS clients read.
 * @param same - where the values are already, and in which namespace
 */
export function s3ClientSecret(
  readers: readonly string[],
  same?: BucketCredentials & { readonly namespace?: string },
): SecretSpec {
  const from = (key: keyof BucketCredentials): Pick<SecretKeySpec, 'from'> =>
    same === undefined ? {} : { from: { sameAs: same[key], namespace: same.namespace } };
  return {
    name: 's3-credentials',
    readers,
    keys: {
      AWS_ACCESS_KEY_ID: {
        meaning: 'access key of the object store',
        ...from('accessKeyId'),
        local: LOCAL_ACCESS_KEY.accessKeyId,
      },
      AWS_SECRET_ACCESS_KEY: {
        meaning: 'secret key of the object store',
        ...from('secretAccessKey'),
        local: LOCAL_ACCESS_KEY.secretAccessKey,
      },
    },
  };
}

/** The access key of the bucket of the backups, for the plug-in beside every instance. */
export function backupsSecret(): SecretSpec {
  return {
    name: 'backup-credentials',
    readers: ['the Barman Cloud plug-in'],
    keys: {
      'access-key-id': { meaning: 'access key of the bucket of the backups' },
      'secret-access-key': { meaning: 'secret key of the bucket of the backups' },
    },
  };
}

/** Who may do everything in MLflow from the start. Its chart puts both values into a URL and a file with `sed`. */
export function mlflowAdminSecret(): SecretSpec {
  return {
    name: 'mlflow-admin',
    readers: ['mlflow'],
    keys: {
      username: { meaning: 'first administrator of MLflow', value: 'admin' },
      password: {
        meaning: 'password of the administrator',
        format: "at least 12 characters: letters, digits, '-' and '_' alone",
        from: PASSWORD,
        local: 'admin-on-localhost',
      },
    },
  };
}

/** What ZenML encrypts the secrets of its users with, and signs logins with. */
export function zenmlKeysSecret(): SecretSpec {
  return {
    name: 'zenml-keys',
    readers: ['zenml'],
    keys: {
      'encryption-key': {
        meaning: 'key that encrypts the secrets in the database; they are lost without it',
        format: '64 hexadecimal digits',
        from: { random: 32 },
        local: '0'.repeat(64),
      },
      'jwt-secret': {
        meaning: 'key that signs logins',
        format: '64 hexadecimal digits',
        from: { random: 32 },
        local: '1'.repeat(64),
      },
    },
  };
}

/** What a Secret of a database holds beside the password: charts differ in what they read from it. */
export type DatabaseSecretShape = 'password' | 'login' | 'address';

/** A database, and the Secret that its client reads. */
export interface DatabaseSecretProps {
  readonly secretName: string;
  readonly readers: readonly string[];
  readonly shape: DatabaseSecretShape;
  /** What the password may be made of. @default - anything */
  readonly passwordFormat?: string;
  readonly database: DatabaseProps;
}

/** The role that owns a database, for the one client that logs in as it. On a local environment its password is its name. */
export function databaseSecret(
  { secretName, readers, shape, passwordFormat, database: { name: database, owner } }: DatabaseSecretProps,
  { host, port, reader, labels }: DatabaseServer,
): SecretSpec {
  const password: SecretKeySpec = {
    meaning: `password of the role ${owner}`,
    format: passwordFormat,
    from: PASSWORD,
    local: owner,
  };
  const username: SecretKeySpec = { meaning: `role that owns the database ${database}`, value: owner };
  const address: Record<string, SecretKeySpec> = {
    host: { meaning: 'DNS name of the server', value: host },
    port: { meaning: 'port of the server', value: String(port) },
    database: { meaning: 'name of the database', value: database },
  };
  return {
    name: secretName,
    readers: [...readers, reader],
    ...(labels === undefined ? {} : { labels }),
    keys: {
      ...(shape === 'password' ? {} : { username }),
      password,
      ...(shape === 'address' ? address : {}),
    },
  };
}
