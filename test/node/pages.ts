import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { collection } from '../support/control-plane/api';
import { takeDownCommands } from '../support/control-plane/take-down';
import { blocksOf } from '../support/page-blocks';
import { report, run, waitFor } from './machine';
import type { Stage } from './stage';
import { listed, objectStore, sql } from './stores';

const pageOf = (name: string) => readFileSync(`docs/how-to/${name}`, 'utf8');
const commandsOf = (name: string) => blocksOf(pageOf(name), 'sh');

/**
 * Runs commands of a page in a folder, on the first node, so that ports are forwarded to its loopback address. What they
 * leave in the background ends with them.
 * @returns what they printed
 * @throws Error with it, where they fail
 */
function runs({ cluster }: Stage, commands: string | undefined, folder: string): Promise<string> {
  if (commands === undefined) throw new Error('the page has no such commands');
  const { first, plane } = cluster;
  const path = `${dirname(plane.program)}:${process.env.PATH}`;
  const script = `trap 'trap "" TERM; kill 0' EXIT; cd "$0"; eval "$1"`;
  const shell = ['setsid', '--wait', 'bash', '-euc', script, folder, commands];
  const env = ['env', `KUBECONFIG=${plane.kubeconfig}`, `PATH=${path}`];
  return run([...first.enter({ folders: false }), ...env, ...shell]);
}

/** Asks at the loopback address while a command forwards ports. */
function askWhile(stage: Stage, command: string, path: string): Promise<string> {
  const ask = `curl --silent --show-error --retry 30 --retry-connrefused --retry-delay 1 http://localhost:${path}`;
  return runs(stage, `{ ${command}; } >/dev/null 2>&1 & ${ask}`, stage.folder);
}

/** The port of this machine that a command forwards. */
const portOf = (command: string) => / (\d+)(?::\d+)?$/.exec(command)?.[1];

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
    const query = (text: string) => sql(stage, 'fair', 'mlflow', text);
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
    await runs(stage, takeDownCommands(stage.dist), process.cwd());
    expect(await stage.leftovers()).toEqual([]);
    report('all is gone', start);
  });
}

/** The commands of docs/how-to/run-flts.md. */
export function fltsIsUsed(stage: Stage): void {
  const page = 'run-flts.md';

  it('takes a dataset, rolls a promotion back and forecasts by the commands of the page', async () => {
    const [upload, rollBack, forecast] = ['mine.csv', 'promotion.json', 'predict_ping'].map((text) =>
      commandsOf(page).find((script) => script.includes(text)),
    );
    const folder = mkdtempSync(`${stage.folder}/flts-`);
    for (const name of ['mine.csv', 'mine_test.csv']) writeFileSync(join(folder, name), `time,${name}\n`);
    await runs(stage, upload, folder);
    const ask = await objectStore(stage, 'flts');
    expect(await ask('GET', '/dataset/mine_test.csv')).toBe('time,mine_test.csv\n');

    const current = await ask('GET', '/model-promotion/current.json');
    const promotion =
      (await listed(ask, 'Key', '/model-promotion/?list-type=2')).find((key) => key.includes('/promotion-')) ?? '';
    await ask('PUT', '/model-promotion/current.json', '{"run_id": "a bad one"}');
    await runs(stage, rollBack?.replaceAll('default/HASH/promotion-TIME.json', promotion), folder);
    expect(await ask('GET', '/model-promotion/current.json')).toBe(current);
    expect(await runs(stage, forecast, folder)).toContain('"model_ready":true');
  });

  it('answers at every port that the page forwards', async () => {
    const commands =
      commandsOf(page)
        .join('')
        .match(/^kubectl -n flts port-forward [^\n&#]*[^\n&# ]/gm) ?? [];
    expect(commands.length).toBeGreaterThan(5);
    // What asks for a password, or has no page at `/`, answers, too.
    for (const command of new Set(commands)) await askWhile(stage, command, `${portOf(command)}/`);
  });
}

/** The command of docs/how-to/run-on-kind.md that forwards ports. */
export function portsAreForwarded(stage: Stage): void {
  it('forwards the ports of the object store by `npm run ports`', async () => {
    const [command] = pageOf('run-on-kind.md').match(/^npm run ports/m) ?? ['false'];
    // kind would have written a context of this name.
    const rename = 'kubectl config rename-context control-plane kind-local-dev-fair';
    const context = `cp "$KUBECONFIG" kubeconfig; export KUBECONFIG=$PWD/kubeconfig; ${rename}`;
    const ports = `${context}; cd ${process.cwd()}; PLATFORM_ENV=dev ${command}`;
    expect(await askWhile(stage, ports, '9000/')).toContain('<Code>AccessDenied</Code>');
  });
}

/** The commands of docs/how-to/watch-it-scale.md that need no more servers than there are. */
export function inferenceIsWatched(stage: Stage): void {
  const page = 'watch-it-scale.md';

  it('is looked at by the commands of the page', async () => {
    const commands = [...pageOf(page).matchAll(/\| `(kubectl [^`]*)`/g)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      if (command.includes('port-forward')) {
        expect(await askWhile(stage, command, `${portOf(command)}/model-info`)).toContain('"model_name"');
      } else {
        expect(await runs(stage, command.replace(/ -f$/, ''), stage.folder)).not.toBe('');
      }
    }
  });

  it('keeps one server when its only node is drained, and has all when the node is back', async () => {
    const [drain = '', uncordon] = (commandsOf(page).find((script) => script.includes('kubectl drain')) ?? '').split(
      '\n',
    );
    await expect(runs(stage, drain.replace('60s', '20s'), stage.folder)).rejects.toThrow(/disruption budget/);
    await waitFor('the end of those that were evicted', async () => {
      const pods = await stage.cluster.api.list(collection('Pod', 'inference'));
      return pods.filter(({ spec }) => spec.nodeName !== undefined).length === 1;
    });
    await runs(stage, uncordon, stage.folder);
    await stage.settle();
  });
}
