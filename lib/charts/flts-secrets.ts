import type { DatabaseProps } from '../components/data/database';
import type { SecretSpec } from '../kube/secrets';
import { PASSWORD } from './stack-secrets';

/** The role that MLflow logs in as. On a local environment its password is its name. */
export function mlflowSecret({ owner }: DatabaseProps): SecretSpec {
  return {
    name: 'mlflow-db',
    readers: ['mlflow', 'postgres-databases'],
    keys: { password: { meaning: `password of the role ${owner}`, from: PASSWORD, local: owner } },
  };
}
