import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INIT_JOB_SCRIPT, INIT_SQL_KEY } from '../../../lib/components/data/init-job-script';
import { passwordVariable, renderInitSql, sqlIdentifier, sqlLiteral } from '../../../lib/components/data/init-sql';
import { itIsPosix } from '../../support/shell';

/** Any string of JavaScript, halves of characters included. */
const anyString = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''));
/** Any text that PostgreSQL can hold, with much of what has a meaning in SQL, psql or a connection string. */
const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom(...`'"\\:$;=\n\r-\`!`)),
});

describe('the variable of a password', () => {
  test('is readable for plain names', () => {
    expect(passwordVariable('mlflow')).toBe('PASSWORD_OF_MLFLOW');
    expect(passwordVariable('fair_models2')).toBe('PASSWORD_OF_FAIR_MODELS2');
  });

  test('differs for names that differ in case or punctuation', () => {
    expect(new Set(['my-role', 'my_role', 'MY_ROLE', 'my role', 'myx002drole'].map(passwordVariable)).size).toBe(5);
  });

  test('has a name that every shell and every API server accepts, and leads back to one role', () => {
    fc.assert(
      fc.property(anyString, (role) => {
        const variable = passwordVariable(role);
        expect(variable).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
        const back = variable
          .replace(/^PASSWORD_OF_/, '')
          .replace(/x([0-9a-f]{4})|[A-Z]/g, (part, unit) =>
            unit === undefined ? part.toLowerCase() : String.fromCharCode(Number.parseInt(unit, 16)),
          );
        expect(back).toBe(role);
      }),
    );
  });
});

describe('quoting', () => {
  test('leaves plain names as they are', () => {
    expect([sqlLiteral('mlflow'), sqlIdentifier('mlflow')]).toEqual(["'mlflow'", '"mlflow"']);
  });

  test('gives a literal that means the text, on one line of printable ASCII', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = sqlLiteral(text);
        expect(literal).toMatch(/^(E'([ -&(-[\]-~]|''|\\\\|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*'|'([ -&(-[\]-~]|'')*')$/);
        const body = literal.replace(/^E?'|'$/g, '');
        expect(body.replace(/''|\\\\|\\u(.{4})|\\U(.{8})/g, decode)).toBe(text);
      }),
    );
  });

  test('gives an identifier that means the name, on one line of printable ASCII', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const identifier = sqlIdentifier(name);
        expect(identifier).toMatch(/^(U&"([ !#-[\]-~]|""|\\\\|\\[0-9a-f]{4}|\\\+[0-9a-f]{6})*"|"([ !#-[\]-~]|"")*")$/);
        const body = identifier.replace(/^(U&)?"|"$/g, '');
        expect(body.replace(/""|\\\\|\\([0-9a-f]{4})|\\\+(.{6})/g, decode)).toBe(name);
      }),
    );
  });

  test('keeps the script the same whatever the names are, but for the names', () => {
    const lines = renderInitSql([{ name: 'plain', owner: 'plain', pgstac: true }]).split('\n').length;
    fc.assert(
      fc.property(anyText, anyText, (name, owner) => {
        const script = renderInitSql([{ name, owner, pgstac: true }]);
        expect(script).toMatch(/^[ -~\n]*$/);
        expect(script.split('\n')).toHaveLength(lines);
      }),
    );
  });
});

describe('the init script', () => {
  const script = renderInitSql([
    { name: 'zenml', owner: 'zenml' },
    { name: 'fair_models', owner: 'stac', extensions: ['pg_trgm'], pgstac: true },
  ]);

  test('reads each password from the environment, forgetting the one before', () => {
    expect(script.match(/\\unset password\n\\getenv password \w+/g)).toEqual([
      '\\unset password\n\\getenv password PASSWORD_OF_ZENML',
      '\\unset password\n\\getenv password PASSWORD_OF_STAC',
    ]);
    expect(script.match(/PASSWORD :'password'/g)).toHaveLength(2);
  });

  test('keeps statements out of the log before the first password', () => {
    const [before = ''] = script.split('\\getenv');
    expect(before).toContain('\\set ECHO none');
    expect(before).toContain("SET log_min_error_statement = 'panic';");
    expect(before).toContain("SET log_statement = 'none';");
  });

  test('closes each database to those who do not own it', () => {
    const closed = [...script.matchAll(/privilege_type = 'CONNECT' AND datname (.*)/g)].map(([, names]) => names);
    expect(closed).toEqual(expect.arrayContaining(["= 'zenml'", "= 'fair_models'"]));
  });

  test('gives the right to create roles to the owner of a database with pgstac only', () => {
    expect(script).toContain('ALTER ROLE "zenml" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;');
    expect(script).toContain('ALTER ROLE "stac" LOGIN NOSUPERUSER NOCREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS;');
    expect(renderInitSql([{ name: 'zenml', owner: 'zenml' }])).not.toContain('pgstac');
  });

  test('creates extensions in the database that lists them', () => {
    const [, inZenml = '', inModels = ''] = script.split('-- In database ');
    expect(inZenml).not.toContain('CREATE EXTENSION');
    expect(inModels.match(/CREATE EXTENSION .*/g)).toEqual(
      ['postgis', 'btree_gist', 'unaccent', 'pg_trgm'].map(
        (name) => `CREATE EXTENSION IF NOT EXISTS "${name}" WITH SCHEMA public;`,
      ),
    );
  });

  test('is one line end from being empty lines at its end', () => {
    expect(script.endsWith(';\n')).toBe(true);
    expect(script).not.toMatch(/[ \t]\n|\n\n\n/);
  });
});

describe('the script of the Job', () => {
  test('waits for the server, then ends as psql does', () => {
    const { status, stdout } = runJob({ pg_isready: '[ "$(wc -l < calls)" -gt 3 ]', psql: 'exit 3' });
    expect(stdout).toBe(
      `${'pg_isready --quiet --timeout=3\nsleep 2\n'.repeat(2)}pg_isready --quiet --timeout=3\n` +
        `psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --dbname=postgres --file=DIR/${INIT_SQL_KEY}\n`,
    );
    expect(status).toBe(3);
  });

  test('fails where no server answers for minutes, and names it', () => {
    const { status, stdout, stderr } = runJob({ pg_isready: 'exit 2', psql: '' });
    expect(stdout).not.toContain('psql');
    expect(stderr).toBe('no PostgreSQL server answers at postgres.fair.svc:5432\n');
    expect(status).toBe(1);
  });

  itIsPosix(INIT_JOB_SCRIPT);
});

function decode(sequence: string, short?: string, long?: string): string {
  const digits = short ?? long;
  return digits === undefined ? sequence.charAt(0) : String.fromCodePoint(Number.parseInt(digits, 16));
}

/** Runs the script with programs that note how they are called; what they do is given. */
function runJob(programs: { pg_isready: string; psql: string }) {
  const directory = mkdtempSync(join(tmpdir(), 'apply-'));
  try {
    for (const [name, body] of Object.entries({ ...programs, sleep: '' })) {
      writeFileSync(join(directory, name), `#!/bin/sh\necho "${name} $*" >> calls\n${body}\n`);
      chmodSync(join(directory, name), 0o755);
    }
    writeFileSync(join(directory, 'apply.sh'), INIT_JOB_SCRIPT);
    writeFileSync(join(directory, 'calls'), '');
    const { status, stderr } = spawnSync('/bin/sh', ['-eu', join(directory, 'apply.sh')], {
      cwd: directory,
      env: { PATH: `${directory}:/usr/bin:/bin`, PGHOST: 'postgres.fair.svc', PGPORT: '5432' },
      encoding: 'utf8',
    });
    const calls = spawnSync('cat', [join(directory, 'calls')], { encoding: 'utf8' }).stdout;
    return { status, stderr, stdout: calls.replaceAll(directory, 'DIR') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
