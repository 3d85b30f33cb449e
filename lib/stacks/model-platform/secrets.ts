import type { DatabaseProps } from '../../components/data/database';
import type { SecretSpec } from '../../kube/secrets/secrets';

/** The role of the registry, as a password for the Job that creates it and as the URL that the registry reads. */
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
