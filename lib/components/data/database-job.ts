import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireKnownProps } from '../../kube/objects/known-props';
import { database, PG_VARIABLES } from '../../kube/pods/uses';
import { type ConfigSource, Volume } from '../../kube/pods/volumes';
import { computeResources } from '../../kube/resources/quantities';
import type { SecretKey } from '../../kube/secrets/secrets';
import { Job } from '../../workloads/job';
import type { DatabaseProps } from './database';
import { INIT_JOB_SCRIPT_KEY } from './init-job-script';
import { passwordVariable } from './init-sql';

/** A database of a server, and where the password of its owner is. */
export interface PostgresDatabase extends DatabaseProps {
  /** Key of a Secret that holds the password of `owner`. */
  readonly password: SecretKey;
}

/** The superuser of a server. */
export interface PostgresSuperuser {
  /** Any characters, at most 63 bytes; not `pg_…`, which PostgreSQL reserves. */
  readonly username: string;
  readonly password: SecretKey;
}

export interface DatabaseJobProps {
  /** Name of the Job, before the hash of its spec. */
  readonly name: string;
  /** Image with `psql` and `pg_isready`. */
  readonly image: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly superuser: PostgresSuperuser;
  readonly databases: readonly PostgresDatabase[];
  /** ConfigMap with the init SQL and the script that applies it. */
  readonly scripts: ConfigSource;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** User id of `postgres` in the Debian images. */
const USER = 999;
const SCRIPTS = '/scripts';

/**
 * A Job that applies the init SQL to a running server: what the image runs only on an empty volume, and never again
 * after a failure half-way. It sets the passwords anew each time.
 */
export class DatabaseJob extends Job {
  constructor(scope: Construct, id: string, props: DatabaseJobProps) {
    const words = 'name image server:object superuser:Superuser databases:object[] scripts:object nodePool?:NodePool';
    requireKnownProps(scope, props, words);
    const { name, image, server, superuser, databases, scripts, nodePool } = props;
    const { database: _, ...variables } = PG_VARIABLES;
    super(scope, id, {
      identity: { name: 'postgres', instance: name, component: 'database-init' },
      // Its tries, with the pauses between them, last about half an hour: longer than pulling the image takes.
      backoffLimit: 10,
      pod: {
        nodePool,
        securityContext: { user: USER },
        uses: [database({ ...server, ...superuser, database: 'postgres' }, { variables })],
        containers: [
          {
            name: 'apply',
            image,
            command: ['/bin/sh', '-eu', `${SCRIPTS}/${INIT_JOB_SCRIPT_KEY}`],
            env: Object.fromEntries(databases.map(({ owner, password }) => [passwordVariable(owner), password])),
            resources: computeResources({ millicores: [50, 500], mebibytes: [64, 256] }),
            mounts: [
              { volume: Volume.configMap('scripts', scripts), path: SCRIPTS, readOnly: true },
              { volume: Volume.scratch('tmp'), path: '/tmp' },
            ],
          },
        ],
      },
    });
  }
}
