import { describe, expect, it } from 'vitest';
import { DatabaseObject } from '../../../../lib/components/data/cnpg/database-object';
import type { DatabaseProps } from '../../../../lib/components/data/database';
import { objectOf, testChart } from '../../../support/synth';

describe('the object of a database', () => {
  it('is named after its cluster and its database', () => {
    const { metadata, spec } = render({ name: 'raw_data', owner: 'raw' });
    expect(metadata.name).toBe('db-raw-data');
    expect(spec).toEqual({ cluster: { name: 'db' }, name: 'raw_data', owner: 'raw', databaseReclaimPolicy: 'retain' });
  });

  it('has extensions in schema public, save for those that insist on their own', () => {
    const extensions = ['postgis', 'fuzzystrmatch', 'postgis_tiger_geocoder', 'postgis_topology'];
    expect(render({ name: 'a', owner: 'a', extensions }).spec.extensions).toEqual([
      { name: 'postgis', ensure: 'present', schema: 'public' },
      { name: 'fuzzystrmatch', ensure: 'present', schema: 'public' },
      { name: 'postgis_tiger_geocoder', ensure: 'present' },
      { name: 'postgis_topology', ensure: 'present' },
    ]);
  });

  it('has the extensions that the migration of pgstac looks for', () => {
    const { extensions } = render({ name: 'a', owner: 'a', pgstac: true }).spec;
    expect(extensions.map(({ name }: { name: string }) => name)).toEqual(['postgis', 'btree_gist', 'unaccent']);
  });

  it.each(['a b', 'ä', '_a', 'a.b'])("fails for the name '%s', which no object can have", (name) => {
    expect(() => render({ name, owner: 'a' })).toThrow(
      `demo/database: 'name' must have letters, digits and inner '_' and '-' alone: an object is named after it, got '${name}'`,
    );
  });
});

function render(database: DatabaseProps) {
  const chart = testChart();
  new DatabaseObject(chart, 'database', { cluster: 'db', database });
  return objectOf(chart, 'Database');
}
