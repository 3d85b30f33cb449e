import { describe, expect, it } from 'vitest';
import { bootstrapSql } from '../../../../lib/components/data/cnpg/bootstrap-sql';
import { database } from './samples';

const pgstac = database('models', { pgstac: true });

describe('the statements of the superuser in a new cluster', () => {
  it('is nothing where databases need nothing of it', () => {
    expect(bootstrapSql([database('a', { extensions: ['postgis'] })])).toEqual([]);
  });

  it('is what pgstac needs, for the owner that the cluster is created with', () => {
    expect(bootstrapSql([pgstac])).toEqual([
      'CREATE ROLE "pgstac_admin" NOLOGIN;',
      'CREATE ROLE "pgstac_read" NOLOGIN;',
      'CREATE ROLE "pgstac_ingest" NOLOGIN;',
      'ALTER ROLE "models" CREATEROLE;',
      'GRANT "pgstac_admin", "pgstac_read", "pgstac_ingest" TO "models" WITH ADMIN OPTION;',
      'ALTER ROLE "models" SET search_path = "pgstac", "public";',
    ]);
  });

  it('creates an owner that the operator would only create later', () => {
    const sql = bootstrapSql([database('a'), pgstac]);
    expect(sql).toContain('CREATE ROLE "models" LOGIN;');
    expect(sql.indexOf('CREATE ROLE "models" LOGIN;')).toBeLessThan(sql.indexOf('ALTER ROLE "models" CREATEROLE;'));
  });

  it('creates the roles of pgstac once for all databases', () => {
    const sql = bootstrapSql([pgstac, database('more', { pgstac: true })]);
    expect(sql.filter((statement) => statement === 'CREATE ROLE "pgstac_admin" NOLOGIN;')).toHaveLength(1);
    expect(sql.filter((statement) => statement.startsWith('GRANT '))).toHaveLength(2);
  });

  it('is plain SQL: one statement each, without the commands of psql, whatever the names', () => {
    for (const statement of bootstrapSql([database('o', { owner: 'Ö"\\!`', pgstac: true })])) {
      expect(statement).toMatch(/^[ -~]+;$/);
      expect(statement).not.toMatch(/^\\/);
    }
  });
});
