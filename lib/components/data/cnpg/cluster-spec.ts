import type { Construct } from 'constructs';
import { roleAnnotations } from '../../../kube/network/connections';
import { requireNodeFit } from '../../../kube/nodes/node-fit';
import { requireDeclaredPool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { wholeSeconds } from '../../../kube/objects/numbers';
import { notEmpty } from '../../../kube/pods/containers';
import { imageSettings } from '../../../kube/pods/images';
import { quantities, type Resources, resourceAmounts, sizeString } from '../../../kube/resources/quantities';
import { databaseGrants } from '../database';
import type { PostgresDatabase } from '../database-job';
import { bootstrapSql } from './bootstrap-sql';
import type { PostgresClusterProps } from './cluster-props';
import { BARMAN_PLUGIN, type ClusterSpec, type ManagedRole } from './resources';

/** Props of a cluster after its defaults. */
interface CompleteProps extends PostgresClusterProps {
  readonly image: string;
  readonly instances: number;
  readonly resources: Resources;
}

/** What the operator is asked for. */
export function clusterSpec(scope: Construct, props: CompleteProps): ClusterSpec {
  const { description, image, databases, instances, storage, walStorage, storageClassName, backups } = props;
  const [first] = databases;
  const { pullSecrets = [] } = imageSettings(scope);
  const parameters = serverParameters(scope, props);
  const annotations = roleAnnotations(backups?.store.roleArn);
  const sql = bootstrapSql(databases);
  return {
    description,
    instances,
    imageName: image,
    imagePullSecrets: notEmpty(pullSecrets.map((name) => ({ name }))),
    primaryUpdateStrategy: 'unsupervised',
    enablePDB: instances >= 2,
    postgresql: {
      parameters: Object.keys(parameters).length === 0 ? undefined : parameters,
      pg_hba: databases.length === 1 ? undefined : ownersOnly(scope, databases),
    },
    bootstrap: {
      initdb: {
        database: first.name,
        owner: first.owner,
        secret: { name: first.password.secret.name },
        postInitApplicationSQL: notEmpty([...sql]),
      },
    },
    managed: { roles: databases.map(ownerRole) },
    storage: { size: sizeString(storage), storageClass: storageClassName },
    walStorage: walStorage && { size: sizeString(walStorage), storageClass: storageClassName },
    resources: resourceAmounts(scope, 'resources', props.resources),
    affinity: placement(scope, props),
    plugins: backups && [
      { name: BARMAN_PLUGIN, enabled: true, isWALArchiver: true, parameters: { barmanObjectName: backups.store.name } },
    ],
    serviceAccountTemplate: annotations && { metadata: { annotations } },
  };
}

function serverParameters(scope: Construct, props: PostgresClusterProps): Record<string, string> {
  const { idleInTransactionTimeout, parameters = {} } = props;
  for (const key of Object.keys(parameters)) {
    const allowed = 'have names of settings of PostgreSQL';
    requireProp(/^(?!constructor$)[a-z]\w*(\.\w+)?$/i.test(key), scope, 'parameters', allowed, key);
  }
  return {
    ...(idleInTransactionTimeout && {
      idle_in_transaction_session_timeout: `${wholeSeconds(scope, 'idleInTransactionTimeout', idleInTransactionTimeout)}s`,
    }),
    ...parameters,
  };
}

/** Keeps owners out of the databases of each other: the last line of the operator allows every role in all of them. */
function ownersOnly(scope: Construct, databases: readonly PostgresDatabase[]): string[] {
  for (const [index, { owner }] of databases.entries()) {
    const allowed = "have no '\"' and no line break beside other databases: pg_hba.conf cannot quote them";
    requireProp(!/["\r\n]/.test(owner), scope, `databases[${index}].owner`, allowed, owner);
  }
  return databases.flatMap(({ name, owner }) => [
    `host "${name}" "${owner}" all scram-sha-256`,
    `host "${name}" all all reject`,
  ]);
}

function ownerRole(database: PostgresDatabase): ManagedRole {
  const { createRole, adminOf } = databaseGrants(database);
  return {
    name: database.owner,
    ensure: 'present',
    login: true,
    connectionLimit: -1,
    inherit: true,
    createrole: createRole || undefined,
    inRoles: notEmpty([...adminOf]),
    passwordSecret: { name: database.password.secret.name },
  };
}

function placement(scope: Construct, { nodePool, resources }: CompleteProps): ClusterSpec['affinity'] {
  // Preferred: a lost zone must not keep its instance from starting in another.
  const spread = {
    enablePodAntiAffinity: true,
    podAntiAffinityType: 'preferred',
    topologyKey: 'topology.kubernetes.io/zone',
  } as const;
  if (nodePool === undefined) return spread;
  requireDeclaredPool(scope, 'nodePool', nodePool);
  const amounts = resourceAmounts(scope, 'resources', resources);
  const container = { name: 'postgres', resources: { requests: quantities(amounts.requests) } };
  requireNodeFit(scope, 'resources', { containers: [container] }, nodePool);
  const { selector, tolerations } = nodePool;
  return {
    ...spread,
    nodeSelector: Object.keys(selector).length === 0 ? undefined : { ...selector },
    tolerations: notEmpty([...tolerations]),
  };
}
