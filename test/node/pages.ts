import { mkdtempSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { collection } from '../support/control-plane/api';
import { takeDownCommands } from '../support/control-plane/take-down';
import { blocksOf } from '../support/page-blocks';
import { waitFor } from './machine';
import type { Stage } from './stage';

const commandsOf = (page: string) => blocksOf(readFileSync(`docs/how-to/${page}`, 'utf8'), 'sh');

/** Runs commands of a page in a folder. @throws Error with what they printed, where they fail */
async function runs({ cluster }: Stage, script: string | undefined, folder: string): Promise<void> {
  if (script === undefined) throw new Error('the page has no such commands');
  const { code, stderr } = await cluster.kubectl.script(script, folder);
  expect([code, stderr]).toEqual([0, '']);
}

/** A database is backed up and restored by the commands of docs/how-to/back-up-and-restore.md. */
export function restores(stage: Stage): void {
  it('restores what was backed up', async () => {
    // Without eoAPI's release, which migrates it, `fair_models` has no tables.
    const databases = 'mlflow zenml';
    const commands = commandsOf('back-up-and-restore.md').map((script) =>
      script.replace('mlflow zenml fair_models', databases),
    );
    const [backUp, restore] = ['pg_dump', `for database in ${databases}; do\n  kubectl -n fair exec -i`].map((text) =>
      commands.find((script) => script.includes(text)),
    );
    const folder = mkdtempSync(`${stage.folder}/backup-`);
    const query = (sql: string) =>
      stage.exec(
        'fair',
        'statefulset/postgres',
        `PGPASSWORD="$POSTGRES_PASSWORD" psql -wAtq -U postgres -d mlflow -c "${sql}"`,
      );
    await query("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('kept')");
    await runs(stage, backUp, folder);
    await query('DROP TABLE kept');
    await runs(stage, restore, folder);
    expect(await query('SELECT word FROM kept')).toBe('kept\n');
    await query('DROP TABLE kept');
  });
}

/** What is no longer written goes by the commands of docs/how-to/run-on-kind.md. */
export function prunes(stage: Stage): void {
  it('deletes the Jobs that a change has left', async () => {
    const jobs = async () => {
      const lists = stage.namespaces.map((namespace) => stage.cluster.api.list(collection('Job', namespace)));
      return (await Promise.all(lists)).flat().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    };
    const written = stage.objects
      .filter(({ kind }) => kind === 'Job')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect((await jobs()).length).toBeGreaterThan(written.length);
    const commands = commandsOf('run-on-kind.md').find((script) => script.includes('--prune'));
    await runs(stage, commands, stage.folder);
    expect((await jobs()).toSorted()).toEqual(written.toSorted());
    await stage.settle();
  });
}

/** Everything goes by the commands of docs/how-to/take-it-down.md. */
export function goes(stage: Stage): void {
  it('leaves no namespace and no volume behind once it was taken down', async () => {
    const start = Date.now();
    await runs(stage, takeDownCommands(stage.dist), '.');
    const { api } = stage.cluster;
    await waitFor('the end of the volumes', async () => (await api.list('/api/v1/persistentvolumes')).length === 0);
    const namespaces = (await api.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name);
    expect(namespaces.filter((name) => stage.namespaces.includes(name))).toEqual([]);
    console.log(`all is gone after ${Math.round((Date.now() - start) / 1000)} s`);
  });
}
