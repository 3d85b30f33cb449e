import { describe, expect, test } from 'vitest';
import { type DatabaseProps, databaseGrants, requireDatabases } from '../../../lib/components/data/database';

const good: DatabaseProps = { name: 'mlflow', owner: 'tracking' };

function check(...databases: DatabaseProps[]): () => void {
  return () => requireDatabases('fair/postgres', databases, 'postgres');
}

describe('databases', () => {
  test('may have names of any characters, up to 63 bytes', () => {
    for (const name of ['Fair Models', 'a=b', 'post\ngres', '"', "'", '🐘', 'é'.repeat(31), 'x'.repeat(63)]) {
      expect(check({ name, owner: name, extensions: ['uuid-ossp', 'postgis'] })).not.toThrow();
    }
  });

  test('may be none', () => {
    expect(check()).not.toThrow();
  });

  const refused: [reason: string, database: Partial<DatabaseProps>, message: string][] = [
    ['an empty name', { name: '' }, `'databases[0].name' must have 1 to 63 bytes in UTF-8, got ''`],
    ['an empty owner', { owner: '' }, `'databases[0].owner' must have 1 to 63 bytes in UTF-8, got ''`],
    [
      'a name that PostgreSQL would cut',
      { name: 'x'.repeat(64) },
      `'databases[0].name' must have 1 to 63 bytes in UTF-8`,
    ],
    ['an owner of 64 bytes', { owner: 'é'.repeat(32) }, `'databases[0].owner' must have 1 to 63 bytes in UTF-8`],
    ['a NUL character', { name: 'a\0b' }, `'databases[0].name' must be Unicode text without NUL characters`],
    ['half a character', { owner: '\ud83d' }, `'databases[0].owner' must be Unicode text without NUL characters`],
    ['the database postgres', { name: 'postgres' }, `'databases[0].name' must be another name than 'postgres'`],
    ['a template', { name: 'template1' }, `'databases[0].name' must be another name than 'postgres' and 'template…'`],
    ['the role public', { owner: 'public' }, `'databases[0].owner' must be another name than 'public'`],
    ['the role none', { owner: 'none' }, `'databases[0].owner' must be another name than 'public', 'none' and 'pg_…'`],
    [
      'a role of the system',
      { owner: 'pg_monitor' },
      `'databases[0].owner' must be another name than 'public', 'none'`,
    ],
    ['a role of pgstac', { owner: 'pgstac_read' }, `'databases[0].owner' must be another name than 'pgstac_admin'`],
    [
      'the superuser as owner',
      { owner: 'postgres' },
      `'databases[0].owner' must be another role than the server's superuser`,
    ],
    ['an empty extension', { extensions: [''] }, `'databases[0].extensions' must have names of at most 63 letters`],
    [
      'a path as extension',
      { extensions: ['../x'] },
      `'databases[0].extensions' must have names of at most 63 letters`,
    ],
    [
      'an extension with --',
      { extensions: ['a--b'] },
      `'databases[0].extensions' must have names of at most 63 letters`,
    ],
    ['an extension twice', { extensions: ['cube', 'cube'] }, `'databases[0].extensions' must have no duplicates`],
  ];
  test.each(refused)('fails for %s', (_, database, message) => {
    expect(check({ ...good, ...database })).toThrow(`fair/postgres: ${message}`);
  });

  test('fails for two of one name', () => {
    expect(check(good, { ...good, owner: 'other' })).toThrow(
      "fair/postgres: 'databases.name' must have no duplicates, got 'mlflow'",
    );
  });

  test('fails for two of one owner: each has a login role of its own', () => {
    expect(check(good, { ...good, name: 'other' })).toThrow(
      "fair/postgres: 'databases.owner' must have no duplicates, got 'tracking'",
    );
  });

  test('names the value that it refuses', () => {
    expect(check({ ...good, owner: 'pg_x' })).toThrow(/got 'pg_x'$/);
  });
});

describe('what an owner is given', () => {
  test('is nothing by default', () => {
    expect(databaseGrants(good)).toEqual({ extensions: [], createRole: false, adminOf: [], searchPath: [] });
  });

  test('for pgstac is what its migration needs of a superuser', () => {
    expect(databaseGrants({ ...good, extensions: ['unaccent', 'pg_trgm'], pgstac: true })).toEqual({
      extensions: ['postgis', 'btree_gist', 'unaccent', 'pg_trgm'],
      createRole: true,
      adminOf: ['pgstac_admin', 'pgstac_read', 'pgstac_ingest'],
      searchPath: ['pgstac', 'public'],
    });
  });
});
