import { Construct } from 'constructs';
import { customResource } from '../../../kube/objects/custom-resource';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { type DatabaseProps, databaseGrants, extensionSchema } from '../database';
import { CNPG_API, type DatabaseSpec } from './resources';

export interface DatabaseObjectProps {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly database: DatabaseProps;
}

/** A database of a cluster, with its owner and its extensions, which can be changed at any time. */
export class DatabaseObject extends Construct {
  /** Name of the object: that of the cluster and that of the database. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: DatabaseObjectProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'cluster database:object');
    const { cluster, database } = props;
    const { name, owner } = database;
    const allowed = "have letters, digits and inner '_' and '-' alone: an object is named after it";
    requireProp(/^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name), this, 'name', allowed, name);
    this.name = `${cluster}-${name.toLowerCase().replaceAll('_', '-')}`;
    const { extensions } = databaseGrants(database);
    customResource<DatabaseSpec>(this, 'Default', {
      apiVersion: CNPG_API,
      kind: 'Database',
      name: this.name,
      spec: {
        cluster: { name: cluster },
        name,
        owner,
        databaseReclaimPolicy: 'retain',
        extensions:
          extensions.length === 0
            ? undefined
            : extensions.map((extension) => ({
                name: extension,
                ensure: 'present',
                schema: extensionSchema(extension),
              })),
      },
    });
  }
}
