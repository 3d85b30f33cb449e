import { Size } from 'cdk8s';
import type { PostgresClusterProps } from '../../../../lib/components/data/cnpg/cluster-props';
import type { PostgresDatabase } from '../../../../lib/components/data/database-job';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';

/** A database with the name of its owner, whose password is in a Secret of that name. */
export function database(name: string, props: Partial<PostgresDatabase> = {}): PostgresDatabase {
  return { name, owner: name, password: new SecretRef(`${name}-db`).key('password'), ...props };
}

export const minimal: PostgresClusterProps = {
  name: 'db',
  databases: [database('labels')],
  storage: Size.gibibytes(10),
};
