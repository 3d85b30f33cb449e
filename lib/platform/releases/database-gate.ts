/** One thing that has to be true before a release starts, as `kubectl wait` takes it. */
export interface WaitTarget {
  /** `kind/name`. */
  readonly resource: string;
  /** What `--for` asks: `condition=…` or `jsonpath={…}=…`. */
  readonly until: string;
}

/** What a release that needs a database waits for. Both backends, a StatefulSet and an operator's cluster, have the two. */
export interface DatabaseGate {
  /** Namespace of what it waits for. */
  readonly namespace: string;
  /** The server takes connections. */
  readonly server: WaitTarget;
  /** The database and its role exist. */
  readonly databases: WaitTarget;
}

/** A PostgreSQL server that is a StatefulSet with one replica. */
export interface StatefulSetServer {
  readonly namespace: string;
  /** Name of the StatefulSet. */
  readonly name: string;
  /** Name of the Job that creates the databases, with its hash: the Job of an older generation is not waited for. */
  readonly job: string;
}

/**
 * Waits for a server that is a StatefulSet, and for the Job that creates its databases. The Job alone is not enough: it
 * stays complete while a server starts again.
 */
export function statefulSetGate({ namespace, name, job }: StatefulSetServer): DatabaseGate {
  return {
    namespace,
    server: { resource: `statefulset/${name}`, until: 'jsonpath={.status.readyReplicas}=1' },
    databases: { resource: `job/${job}`, until: 'condition=complete' },
  };
}

/** A database of a CloudNativePG cluster. */
export interface ClusterServer {
  readonly namespace: string;
  /** Name of the Cluster. */
  readonly name: string;
  /** Name of the Database object. */
  readonly database: string;
}

/** Waits for a CloudNativePG cluster with all of its instances, and for its operator to have made the database. */
export function clusterGate({ namespace, name, database }: ClusterServer): DatabaseGate {
  return {
    namespace,
    // The whole name of the kind: other operators have clusters and databases, too.
    server: { resource: `clusters.postgresql.cnpg.io/${name}`, until: 'condition=Ready' },
    databases: { resource: `databases.postgresql.cnpg.io/${database}`, until: 'jsonpath={.status.applied}=true' },
  };
}
