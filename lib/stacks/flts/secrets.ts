import type { DatabaseProps } from '../../components/data/database';
import { PASSWORD } from '../../components/data/store-secrets';
import type { SecretSpec } from '../../kube/secrets/secrets';
import { LOAD_BALANCER } from './load-balancer';

/** The role that MLflow logs in as. On a local environment its password is its name. */
export function mlflowSecret({ owner }: DatabaseProps): SecretSpec {
  return {
    name: 'mlflow-db',
    readers: ['mlflow', 'postgres-databases'],
    keys: { password: { meaning: `password of the role ${owner}`, from: PASSWORD, local: owner } },
  };
}

/** The page of statistics of the load balancer. */
export function statsSecret(): SecretSpec {
  return {
    name: 'haproxy-stats',
    readers: [LOAD_BALANCER],
    keys: { password: { meaning: 'password of the user admin', from: PASSWORD, local: 'admin' } },
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
