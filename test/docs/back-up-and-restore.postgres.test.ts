import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { environment } from '../../environments';
import { fair, fairPasswords } from '../components/data/init-sql-samples';
import { InitScript } from '../components/data/init-sql-server';
import { synthesize } from '../support/environments';
import { blocksOf } from '../support/page-blocks';
import { findPostgres, PostgresServer, type Run } from '../support/postgres';
import { describeProgram } from '../support/programs';
import { root } from '../support/sources';
import { find, synth } from '../support/synth';

const text = readFileSync(join(root, 'docs/how-to/back-up-and-restore.md'), 'utf8');

/** The commands of a section that Kubernetes runs; those of the buckets need a MinIO. */
function commands(title: string): string[] {
  const [, section = ''] = new RegExp(`\\n## ${title}\\n([\\s\\S]*?)(?=\\n## |$)`).exec(text) ?? [];
  return blocksOf(section, 'sh').filter((code) => !/^ *mc /m.test(code));
}

test('back-up-and-restore.md names what the dev environment has', () => {
  const { app } = synthesize(environment('dev'));
  const objects = synth(app).filter(({ metadata }) => metadata.namespace === 'fair');
  const { replicas, template } = find(objects, 'StatefulSet', 'postgres').spec;
  expect(replicas).toBe(1);
  expect(template.spec.containers[0].env).toContainEqual({ name: 'POSTGRES_USER', value: 'postgres' });
  const instances = objects.flatMap(({ kind, metadata }) =>
    kind === 'Job' ? [metadata.labels?.['app.kubernetes.io/instance']] : [],
  );
  expect(instances).toContain('postgres-databases');
});

/** PostgreSQL and pypgstac, or which of them this machine does not have. */
function findPrograms() {
  const postgres = findPostgres();
  if (typeof postgres === 'string') return postgres;
  const pypgstac = process.env.PYPGSTAC;
  return pypgstac === undefined ? 'no pypgstac: PYPGSTAC names none' : { postgres, pypgstac };
}

describeProgram(findPrograms(), 'the commands of back-up-and-restore.md', (programs) => {
  // Programs run beside other tests, on few cores.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

  let folder: string;
  let old: PostgresServer;
  let fresh: PostgresServer;
  let backUp: Run[];
  let restore: Run[];
  /** What the databases held when they were backed up. */
  let saved: string[][];
  const dumps = (server: PostgresServer) => Promise.all(fair.map(({ name }) => dump(server, name)));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'back-up-and-restore-'));
    [old, fresh] = await Promise.all([platform(), platform()]);
    await fill(old);
    backUp = await runAll('Back up', old);
    saved = await dumps(old);
    restore = await runAll('Restore', fresh);
  });
  afterAll(async () => {
    await Promise.all([old?.destroy(), fresh?.destroy()]);
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test('succeed without a word', () => {
    expect(backUp).toEqual([{ code: 0, stdout: '', stderr: '' }]);
    expect(restore).toEqual(restore.map(() => ({ code: 0, stdout: '', stderr: '' })));
  });

  test('bring every database back as it was', async () => {
    expect(await dumps(fresh)).toEqual(saved);
  });

  test('bring back what a dump does not show: the roles of pgstac and what it knows of partitions', async () => {
    const known = async (server: PostgresServer) => [
      ...(await server.rows('SELECT DISTINCT roleid::regrole, member::regrole FROM pg_auth_members ORDER BY 1, 2')),
      ...(await server.rows('SELECT setrole::regrole, setconfig FROM pg_db_role_setting ORDER BY 1')),
      ...(await server.rows(
        'SELECT partition, collection, constraint_dtrange, dtrange, spatial FROM pgstac.partitions ORDER BY 1',
        'fair_models',
      )),
      ...(await server.rows('SELECT name, sdate, edate FROM pgstac.partition_steps ORDER BY 1', 'fair_models')),
    ];
    const before = await known(old);
    expect(before).toContainEqual(expect.stringMatching(/^_items_2_202403\|monthly\|/));
    expect(await known(fresh)).toEqual(before);
  });

  test('leave a database that is searched, takes new items, and needs no migration', async () => {
    expect(await search(fresh)).toEqual(await search(old));
    expect(await search(fresh)).toHaveLength(6);
    await load(fresh, 'collections', [collection('new')]);
    await load(fresh, 'items', [item('monthly', 9), item('monthly', 3, 'second'), item('new', 1)]);
    expect(await search(fresh)).toEqual([...(await search(old)), 'monthly-3-second', 'monthly-9', 'new-1'].sort());
    const versions = await fresh.rows('SELECT version FROM pgstac.migrations', 'fair_models');
    await migrate(fresh);
    expect(await fresh.rows('SELECT version FROM pgstac.migrations', 'fair_models')).toEqual(versions);
  });

  test('can be given again, and change nothing where a dump is cut off', async () => {
    expect(await runAll('Restore', fresh)).toEqual(restore);
    expect(await dumps(fresh)).toEqual(saved);
    // First in its data, then in its table of contents.
    for (const part of [0.5, 0.01]) {
      for (const file of fair.map(({ name }) => join(folder, `${name}.dump`))) {
        truncateSync(file, Math.trunc(statSync(file).size * part));
      }
      expect((await runAll('Restore', fresh)).map(({ code }) => code)).not.toContain(0);
      expect(await dumps(fresh)).toEqual(saved);
    }
  });

  /** What `kubectl apply` leaves: databases with their owners, and nothing in them. */
  async function platform(): Promise<PostgresServer> {
    const server = await PostgresServer.create(programs().postgres);
    await new InitScript(server).firstStartAndJob(fair, fairPasswords);
    return server;
  }

  async function fill(server: PostgresServer): Promise<void> {
    for (const name of ['mlflow', 'zenml'] as const) {
      await asOwner(
        server,
        name,
        "CREATE TABLE runs (id serial PRIMARY KEY, name text); INSERT INTO runs (name) VALUES ('a')",
      );
    }
    await migrate(server);
    await load(server, 'collections', [collection('whole'), collection('monthly')]);
    await asOwner(
      server,
      'fair_models',
      `UPDATE collections SET partition_trunc = 'month' WHERE id = 'monthly';
       INSERT INTO queryables (name, definition, property_wrapper, property_index_type, collection_ids)
         VALUES ('month', '{"type": "number"}', 'to_float', 'BTREE', '{monthly}');
       UPDATE pgstac_settings SET value = 'on' WHERE name = 'context'`,
    );
    const months = [1, 3, 12];
    await load(
      server,
      'items',
      ['whole', 'monthly'].flatMap((id) => months.map((month) => item(id, month))),
    );
    await search(server);
  }

  /** Runs the commands of a section one after the other, with this server in the Pod `postgres-0`. */
  async function runAll(title: string, server: PostgresServer): Promise<Run[]> {
    const exec = server.exec.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const kubectl = `#!/bin/sh -eu
case "$*" in
  '-n fair wait --for=condition=complete job '*) exit ;;
  '-n fair exec -i postgres-0 -- '*) shift 6 ;;
  '-n fair exec postgres-0 -- '*) shift 5; exec < /dev/null ;;
  *) echo "kubectl: $*" >&2; exit 1 ;;
esac
exec ${exec} "$@"
`;
    writeFileSync(join(folder, 'kubectl'), kubectl, { mode: 0o755 });
    const runs: Run[] = [];
    for (const command of commands(title)) runs.push(await run('/bin/sh', ['-euc', command]));
    return runs;
  }

  function run(program: string, args: readonly string[]): Promise<Run> {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    return new Promise((resolve) => {
      execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  /** A database as SQL, but for the key that each dump has anew. */
  async function dump(server: PostgresServer, name: string): Promise<string[]> {
    const [program = '', ...args] = [...server.exec, 'sh', '-c'];
    const script = 'PGPASSWORD=$POSTGRES_PASSWORD pg_dump -U postgres -h 127.0.0.1 "$0"';
    const { stdout } = await promisify(execFile)(program, [...args, script, name], { maxBuffer: 2 ** 26 });
    return stdout.split('\n').filter((line) => !/^\\(un)?restrict /.test(line));
  }

  async function asOwner(server: PostgresServer, name: keyof typeof fairPasswords, sql: string): Promise<string> {
    const { code, stdout, stderr } = await server.query(sql, name, name, fairPasswords[name]);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  async function search(server: PostgresServer): Promise<string[]> {
    const found = await asOwner(
      server,
      'fair_models',
      `SELECT search('{"filter": {"op": ">", "args": [{"property": "month"}, 0]}}')`,
    );
    return JSON.parse(found)
      .features.map(({ id }: { id: string }) => id)
      .sort();
  }

  async function pypgstac(server: PostgresServer, ...args: string[]): Promise<void> {
    const url = server.url('fair_models', 'fair_models', fairPasswords.fair_models);
    await promisify(execFile)(programs().pypgstac, [...args, '--dsn', url]);
  }

  const migrate = (server: PostgresServer) => pypgstac(server, 'migrate');

  async function load(server: PostgresServer, table: 'collections' | 'items', rows: readonly object[]): Promise<void> {
    const file = join(folder, `${table}.ndjson`);
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await pypgstac(server, 'load', table, file);
  }
});

function collection(id: string): object {
  const extent = {
    spatial: { bbox: [[-180, -90, 180, 90]] },
    temporal: { interval: [['2024-01-01T00:00:00Z', null]] },
  };
  return { type: 'Collection', stac_version: '1.0.0', id, description: id, license: 'CC0-1.0', links: [], extent };
}

function item(collection: string, month: number, suffix?: string): object {
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id: [collection, month, suffix].filter((part) => part !== undefined).join('-'),
    collection,
    geometry: { type: 'Point', coordinates: [month, 1] },
    bbox: [month, 1, month, 1],
    links: [],
    assets: {},
    properties: { datetime: `2024-${String(month).padStart(2, '0')}-05T00:00:00Z`, month },
  };
}
