import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../lib';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Stage } from './stage';

/** Databases and buckets are there for those that they are for. */
export function storesWork(stage: Stage): void {
  describe.each(databaseJobs(stage))('databases of $metadata.namespace', (job) => {
    const { namespace } = job.metadata;

    it('lets each role into its own database, and into no other', async () => {
      const owners = await databaseOwners(stage, namespace);
      const roles = [...new Set(Object.values(owners))].filter((role) => role !== 'postgres');
      expect(roles).not.toEqual([]);
      for (const role of roles) {
        const password = await passwordOf(stage, job, role);
        for (const [database, owner] of Object.entries(owners)) {
          const answer = await logIn(stage, namespace, { role, password, database });
          expect(`${role} in ${database}: ${answer}`).toMatch(
            owner === role ? /: in$/ : /: .*permission denied for database/,
          );
        }
      }
    });

    it('fails for a wrong password', async () => {
      const [[database = '', role = ''] = []] = Object.entries(await databaseOwners(stage, namespace));
      expect(await logIn(stage, namespace, { role, password: 'wrong', database })).toMatch(
        /password authentication failed/,
      );
    });
  });

  it('writes an object to each bucket, reads it, and deletes it', async () => {
    const stores = stage.objects.filter(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'minio');
    expect(stores).not.toEqual([]);
    for (const { metadata } of stores) {
      const ask = await objectStore(stage, metadata.namespace);
      const names = await listed(ask, 'Name');
      expect(names).not.toEqual([]);
      for (const name of names) {
        await ask('PUT', `/${name}/checked`, `written to ${name}`);
        expect(await ask('GET', `/${name}/checked`)).toBe(`written to ${name}`);
        await ask('DELETE', `/${name}/checked`);
      }
    }
  });
}

/** The Jobs that create databases and their roles. */
export function databaseJobs({ objects }: Stage): readonly Manifest[] {
  const isInit = ({ metadata }: Manifest) => metadata.labels?.['app.kubernetes.io/component'] === 'database-init';
  return objects.filter((object) => object.kind === 'Job' && isInit(object));
}

/** The owner of each database but the templates. */
async function databaseOwners(stage: Stage, namespace: string): Promise<Readonly<Record<string, string>>> {
  const query =
    "SELECT datname || ' ' || pg_get_userbyid(datdba) FROM pg_database WHERE datallowconn AND NOT datistemplate";
  const rows = await sql(stage, namespace, 'postgres', query);
  return Object.fromEntries(
    rows
      .trim()
      .split('\n')
      .map((row) => row.split(' ')),
  );
}

/** Asks the server of a namespace as its root user. @returns what psql prints, without decoration */
export function sql(stage: Stage, namespace: string, database: string, query: string): Promise<string> {
  const psql = `PGPASSWORD="$POSTGRES_PASSWORD" psql -wAtq -U postgres -d ${database} -c "${query}"`;
  return stage.exec(namespace, 'statefulset/postgres', psql);
}

/** The password of a role, from the Secret that the Job takes it from. */
export async function passwordOf(stage: Stage, job: Manifest, role: string): Promise<string> {
  const env = job.spec.template.spec.containers[0].env;
  const { valueFrom } = env.find(({ name }: Manifest) => name === `PASSWORD_OF_${role.toUpperCase()}`);
  return secret(stage, job.metadata.namespace, valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key);
}

async function secret({ cluster }: Stage, namespace: string, name: string, key: string): Promise<string> {
  const { data } = await cluster.api.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  return Buffer.from(data[key], 'base64').toString();
}

/** Logs in over the network: connections to the loopback address need no password. @returns `in`, or what the server said */
export async function logIn(
  stage: Stage,
  namespace: string,
  { role, password, database }: Readonly<Record<'role' | 'password' | 'database', string>>,
): Promise<string> {
  const script = `PGPASSWORD='${password}' psql -w -h "$(hostname -i)" -U '${role}' -d '${database}' -Atc "SELECT 'in'" 2>&1 || true`;
  return (await stage.exec(namespace, 'statefulset/postgres', script)).trim();
}

/** Asks the object store of a namespace, as its root user, from the node. */
export async function objectStore(stage: Stage, namespace: string) {
  const { clusterIP } = (await stage.cluster.api.get(`/api/v1/namespaces/${namespace}/services/minio`)).spec;
  const keys = await Promise.all(
    ['accessKey', 'secretKey'].map((key) => secret(stage, namespace, 'minio-credentials', key)),
  );
  // curl 7 signs a body in a way of its own.
  const unsigned = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
  const signed = ['--aws-sigv4', 'aws:amz:us-east-1:s3', ...unsigned, '--user', keys.join(':')];
  const node = await stage.nodeOf(namespace, 'minio-0');
  return (method: string, path: string, body?: string): Promise<string> => {
    const data = body === undefined ? [] : ['--data-binary', '@-'];
    return node.ask(`http://${clusterIP}:9000${path}`, [...signed, '--request', method, ...data], body);
  };
}

/** The names of buckets, or the keys of the objects in one. */
export async function listed(
  ask: Awaited<ReturnType<typeof objectStore>>,
  tag: 'Name' | 'Key',
  path = '/',
): Promise<readonly string[]> {
  const list = await ask('GET', path);
  return [...list.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, name = '']) => name);
}

/** A password is changed as docs/how-to/rotate-secrets.md says. */
export function rotates(stage: Stage): void {
  it('rotates the password of a role', async () => {
    const { kubectl } = stage.cluster;
    const role = { role: 'zenml', database: 'zenml' };
    const patch = JSON.stringify({ stringData: { password: 'rotated' } });
    await kubectl.run(['--namespace=fair', 'patch', 'secret', 'zenml-db', `--patch=${patch}`]);
    const rotated = stage.variant({ credentials: existingSecrets({ revisions: { 'zenml-db': 'rotated' } }) });
    await kubectl.run(['apply', '-f', rotated]);
    await stage.settle();
    expect(await logIn(stage, 'fair', { ...role, password: 'rotated' })).toBe('in');
    expect(await logIn(stage, 'fair', { ...role, password: 'zenml' })).toMatch(/password authentication failed/);
    // The Job of the first apply has done its work: it runs again only where it is made anew.
    for (const { metadata } of databaseJobs(stage)) {
      await kubectl.run([`--namespace=${metadata.namespace}`, 'delete', 'job', metadata.name, '--wait']);
    }
    await stage.apply();
    expect(await logIn(stage, 'fair', { ...role, password: 'zenml' })).toBe('in');
  });
}
