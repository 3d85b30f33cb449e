import type { Postgres } from '../../components/data/postgres';
import { requireKnownProps } from '../../kube/objects/known-props';

/** Something that has to be true before a release is installed, as `kubectl wait` takes it. */
export interface WaitTarget {
  /** What is waited for, in words. */
  readonly name: string;
  readonly namespace: string;
  /** `kind/name`. */
  readonly resource: string;
  /** What `--for` asks: `condition=…` or `jsonpath={…}=…`. */
  readonly until: string;
}

const SERVER = 'the database server is ready';
const DATABASES = 'the databases exist';

/**
 * A server that is a StatefulSet, and the Job that creates its databases. The Job alone is not enough: it stays complete
 * while a server starts again.
 */
export function postgresReady(postgres: Postgres, namespace: string): WaitTarget[] {
  requireKnownProps('postgresReady()', { postgres, namespace }, 'postgres:object namespace');
  const { server, databaseJob } = postgres;
  const ready = {
    name: SERVER,
    namespace,
    resource: `statefulset/${server.name}`,
    until: 'jsonpath={.status.readyReplicas}=1',
  };
  if (databaseJob === undefined) return [ready];
  const created = {
    name: DATABASES,
    namespace,
    // Read when it is written: a patch of the Job changes its name.
    get resource() {
      return `job/${databaseJob.name}`;
    },
    until: 'condition=complete',
  };
  return [ready, created];
}

/**
 * A CloudNativePG cluster with all of its instances, and one of its databases.
 * @param cluster - name of the Cluster
 * @param database - name of the Database object
 */
export function cloudNativePgReady(namespace: string, cluster: string, database: string): WaitTarget[] {
  requireKnownProps('cloudNativePgReady()', { namespace, cluster, database }, 'namespace cluster database');
  // The whole names of the kinds: other operators have clusters and databases, too.
  return [
    {
      name: SERVER,
      namespace,
      resource: `clusters.postgresql.cnpg.io/${cluster}`,
      until: 'condition=Ready',
    },
    {
      name: DATABASES,
      namespace,
      resource: `databases.postgresql.cnpg.io/${database}`,
      until: 'jsonpath={.status.applied}=true',
    },
  ];
}
