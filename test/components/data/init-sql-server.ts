import { expect } from 'vitest';
import type { DatabaseProps } from '../../../lib/components/data/database';
import { INIT_JOB_SCRIPT } from '../../../lib/components/data/init-job-script';
import { passwordVariable, renderInitSql } from '../../../lib/components/data/init-sql';
import { findPostgres, PostgresServer, type Run } from '../../support/postgres';
import { describeProgram } from '../../support/programs';

/** `describe`, for what a script does to a PostgreSQL 17. */
export function describeServer(subject: string, tests: (create: () => Promise<PostgresServer>) => void): void {
  // A server that logs all it can is the hardest to keep a secret from.
  const settings = ['log_statement=all', 'log_min_duration_statement=0'];
  describeProgram(findPostgres(), `${subject} on PostgreSQL 17`, (installation) =>
    tests(() => PostgresServer.create(installation(), settings)),
  );
}

export const succeeded = expect.objectContaining({ code: 0, stderr: '' });

/** The script, as it runs on a server. */
export class InitScript {
  /** Every password that was ever given to the server: none of them may show anywhere. */
  private readonly secrets = new Set<string>();
  /** Everything that psql printed. */
  private printed = '';

  constructor(private readonly server: PostgresServer) {}

  async firstStart(databases: readonly DatabaseProps[]): Promise<Run> {
    return this.seen(await this.server.firstStart(renderInitSql(databases)));
  }

  async job(
    databases: readonly DatabaseProps[],
    passwords: Record<string, string> = {},
    env: Record<string, string> = {},
  ): Promise<Run> {
    for (const password of Object.values(passwords)) if (password !== '') this.secrets.add(password);
    const variables = Object.entries(passwords).map(([role, password]) => [passwordVariable(role), password]);
    const environment = { ...Object.fromEntries(variables), ...env };
    return this.seen(await this.server.job(INIT_JOB_SCRIPT, renderInitSql(databases), environment));
  }

  /** Both of them: the owners log in from then on. */
  async firstStartAndJob(databases: readonly DatabaseProps[], passwords: Record<string, string>): Promise<void> {
    expect(await this.firstStart(databases)).toEqual(succeeded);
    expect(await this.job(databases, passwords)).toEqual(succeeded);
  }

  /** The passwords that are in the log of the server or in what psql printed, however they are quoted there. */
  shownPasswords(): string[] {
    const forms = [...this.secrets].flatMap((secret) => [
      secret,
      secret.replaceAll("'", "''"),
      secret.replaceAll('\\', '\\\\').replaceAll("'", "''"),
    ]);
    return forms.filter((form) => this.server.log.includes(form) || this.printed.includes(form));
  }

  private seen(run: Run): Run {
    this.printed += run.stdout + run.stderr;
    return run;
  }
}

export function loggedIn(server: PostgresServer, role: string, database: string, password?: string): Promise<Run> {
  return server.query('SELECT current_user', role, database, password);
}

/** What the script decides about a server, but for the salted passwords. */
export async function state(server: PostgresServer, databases: readonly DatabaseProps[]): Promise<string[]> {
  const cluster = await server.rows(
    `SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolpassword IS NULL
       FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 1;
     SELECT datname, datdba::regrole, pg_encoding_to_char(encoding), datacl FROM pg_database ORDER BY 1;
     SELECT roleid::regrole, member::regrole, admin_option, inherit_option, set_option FROM pg_auth_members ORDER BY 1, 2;
     SELECT setdatabase, setrole::regrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2`,
  );
  const extensions =
    'SELECT current_database(), extname, extnamespace::regnamespace, extowner::regrole FROM pg_extension';
  const inside = await Promise.all(databases.map(({ name }) => server.rows(`${extensions} ORDER BY 2`, name)));
  return [...cluster, ...inside.flat()];
}
