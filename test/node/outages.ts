import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { collection } from '../support/control-plane/api';
import { podsOf, restarts } from './comes-up';
import { report, waitFor } from './machine';
import type { Stage } from './stage';
import { listed, objectStore, sql } from './stores';

const NAMESPACE = 'ml-platform';
const USER = 'deployment/model-registry-api';

/** Writes one row after the other, until it has lost its server and written again, and compares with what is there. */
const WRITE = `python -c "
import os, time, psycopg2

def connect():
    while True:
        try:
            return psycopg2.connect(os.environ['DATABASE_URL'], connect_timeout=5)
        except psycopg2.OperationalError:
            time.sleep(0.1)

def run(statement, *values):
    with connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

connection = connect()
run('CREATE TABLE writes (number int)')
acknowledged, lost, number = [], None, 0
while lost is None or number < lost + 100:
    number += 1
    try:
        run('INSERT INTO writes VALUES (%s)', number)
        acknowledged.append(number)
    except psycopg2.Error:
        lost = lost or number
        connection = connect()
there = {row[0] for row in run('SELECT number FROM writes')}
run('DROP TABLE writes')
print(lost, len(acknowledged), [number for number in acknowledged if number not in there])"`;

/** What everything else needs is away, and comes back. */
export function outages(stage: Stage): void {
  describe('an outage', () => {
    it('of Postgres, killed while it is written to, loses nothing that it has acknowledged', async () => {
      const written = stage.exec(NAMESPACE, USER, WRITE);
      const count = () => sql(stage, NAMESPACE, 'mlplatform', 'SELECT count(*) FROM writes').catch(() => '0');
      await waitFor('rows', async () => Number(await count()) > 100);
      const start = Date.now();
      await kill(stage, NAMESPACE, 'postgres-0');
      const [, lost, acknowledged, missing] = /^(\d+) (\d+) (.*)$/.exec((await written).trim()) ?? [];
      expect(missing).toBe('[]');
      await stage.settle();
      report(`Postgres was killed at write ${lost} of ${acknowledged}, and lost none of them: well`, start);
    });

    it('of DNS, for a minute, restarts nothing, and what starts meanwhile waits for it', async () => {
      const { kubectl, api } = stage.cluster;
      const before = restarts(await podsOf(stage));
      const dns = ['--namespace=kube-system', 'scale', 'deployment/coredns'];
      await kubectl.run([...dns, '--replicas=0']);
      await waitFor('the end of DNS', async () => {
        const pods = await api.list(collection('Pod', 'kube-system'));
        return !pods.some(({ metadata }) => metadata.labels['k8s-app'] === 'kube-dns');
      });
      await kubectl.run([`--namespace=${NAMESPACE}`, 'rollout', 'restart', USER]);
      await sleep(60_000);
      expect(restarts(await podsOf(stage))).toEqual(before);
      await kubectl.run([...dns, '--replicas=2']);
      const start = Date.now();
      await stage.settle();
      expect(restarts(await podsOf(stage))).toEqual(before);
      report('there were no names: well', start);
    });

    it('of room for objects refuses what does not fit, serves the rest, and ends when something is deleted', async () => {
      const ask = await objectStore(stage, 'fair');
      const [bucket] = await listed(ask, 'Name');
      const filler = 'x'.repeat(2 ** 23);
      const works = (...request: Parameters<typeof ask>) =>
        ask(...request).then(
          () => true,
          () => false,
        );
      // The node knows the way to a pod a moment after the pod is ready.
      const answers = () => works('GET', '/');
      await onSmallVolume(stage, 'minio-0', async () => {
        await waitFor('the object store', answers);
        await ask('PUT', `/${bucket}/small`, 'written before');
        let objects = 0;
        const fill = async () => {
          while (objects < 20) await ask('PUT', `/${bucket}/filler-${++objects}`, filler);
        };
        // 500 is what the disk says, before the server has seen that it is full.
        await expect(fill()).rejects.toThrow(/error: 50[07]/);
        expect(await ask('GET', `/${bucket}/small`)).toBe('written before');
        await stage.settle();
        await ask('DELETE', `/${bucket}/filler-1`);
        await waitFor('room', () => works('PUT', `/${bucket}/small`, 'written after'));
        expect(await ask('GET', `/${bucket}/small`)).toBe('written after');
        console.log(`MinIO was full after ${objects} objects of 8 MiB, and took new ones once one was deleted`);
      });
      await waitFor('the object store', answers);
    });
  });
}

/** Kills the container of a pod, and waits until it has started again. */
async function kill(stage: Stage, namespace: string, pod: string): Promise<void> {
  const container = async () =>
    (await stage.cluster.api.get(`/api/v1/namespaces/${namespace}/pods/${pod}`)).status.containerStatuses[0];
  const { containerID, restartCount } = await container();
  const task = containerID.replace('containerd://', '');
  const node = await stage.nodeOf(namespace, pod);
  await node.run(['ctr', '--namespace=k8s.io', 'task', 'kill', '--signal=SIGKILL', task]);
  await waitFor(`${pod} to start again`, async () => {
    const now = await container();
    return now.restartCount > restartCount && now.ready;
  });
}

/** Lets a pod of `fair` work on a copy of its volume that has room for 64 MiB. */
async function onSmallVolume(stage: Stage, pod: string, action: () => Promise<void>): Promise<void> {
  const { api } = stage.cluster;
  const node = await stage.nodeOf('fair', pod);
  const claim = await api.get(`/api/v1/namespaces/fair/persistentvolumeclaims/data-${pod}`);
  const { hostPath } = (await api.get(`/api/v1/persistentvolumes/${claim.spec.volumeName}`)).spec;
  const small =
    'mkdir /run/copy; cp -a "$0/." /run/copy; mount -t tmpfs -o size=64m tmpfs "$0"; cp -a /run/copy/. "$0"';
  await node.run(['bash', '-euc', small, hostPath.path]);
  await kill(stage, 'fair', pod);
  try {
    await action();
  } finally {
    await node.run(['umount', '--lazy', hostPath.path]);
    await kill(stage, 'fair', pod);
  }
  await stage.settle();
}
