import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import type { PostgresDatabase } from '../../../lib/components/data/database-job';
import { Postgres, type PostgresProps } from '../../../lib/components/data/postgres';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { images } from '../../../lib/versions';
import { nodePool, resources } from '../../support/samples';
import { expectEachPropToMatter, find, type Manifest, synth, testChart } from '../../support/synth';

const superuser = { username: 'postgres', password: new SecretRef('postgres-credentials').key('password') };
const mlflow: PostgresDatabase = {
  name: 'mlflow',
  owner: 'mlflow',
  password: new SecretRef('mlflow-db').key('password'),
};
const zenml: PostgresDatabase = {
  name: 'zenml',
  owner: 'zenml_owner',
  password: new SecretRef('zenml-db').key('password'),
};
const minimal: PostgresProps = { superuser, databases: [mlflow] };

describe('Postgres with minimal props', () => {
  const objects = render(minimal);
  const { spec } = find(objects, 'StatefulSet', 'postgres');
  const [server] = spec.template.spec.containers;

  it('is a server, its init SQL, its two Services and a Job', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap postgres-init',
      'Service postgres-headless',
      'StatefulSet postgres',
      'Service postgres',
      expect.stringMatching(/^Job postgres-databases-[0-9a-f]{8}$/),
    ]);
  });

  it('keeps 5Gi in the claim pgdata, in a folder of the volume that holds nothing else', () => {
    expect(spec.serviceName).toBe('postgres-headless');
    expect(spec.volumeClaimTemplates).toMatchObject([
      { metadata: { name: 'pgdata' }, spec: { resources: { requests: { storage: '5Gi' } } } },
    ]);
    const mount = mountOf(server, 'pgdata').mountPath;
    expect(mount).toBe('/var/lib/postgresql/data');
    expect(envOf(server).PGDATA).toBe(`${mount}/pgdata`);
  });

  it('asks for the password on every connection, where the image trusts local ones', () => {
    expect(envOf(server).POSTGRES_INITDB_ARGS).toBe('--auth-local=scram-sha-256 --auth-host=scram-sha-256');
    expect(server.env).not.toContainEqual(expect.objectContaining({ name: 'POSTGRES_HOST_AUTH_METHOD' }));
  });

  it('takes the password of its superuser from a Secret, and knows no other', () => {
    const fromSecrets = server.env.filter(({ valueFrom }: Manifest) => valueFrom !== undefined);
    expect(fromSecrets).toEqual([
      { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'postgres-credentials', key: 'password' } } },
    ]);
  });

  it('sees the init SQL, and not the script of the Job, which would wait for it', () => {
    const { mountPath, name, readOnly } = mountOf(server, 'init-scripts');
    expect({ mountPath, readOnly }).toEqual({ mountPath: '/docker-entrypoint-initdb.d', readOnly: true });
    const volume = spec.template.spec.volumes.find((entry: Manifest) => entry.name === name);
    expect(volume.configMap).toEqual({
      name: 'postgres-init',
      items: [{ key: 'init-databases.sql', path: 'init-databases.sql' }],
    });
  });

  it('is probed over TCP: on the socket the server of the entrypoint answers, too', () => {
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(server[probe].exec.command).toEqual(['pg_isready', '--host=localhost', '--port=5432', '--quiet']);
      expect(server[probe].timeoutSeconds).toBeGreaterThanOrEqual(5);
    }
    const patience = ({ periodSeconds = 10, failureThreshold = 3 }) => periodSeconds * failureThreshold;
    expect(patience(server.livenessProbe)).toBeGreaterThan(patience(server.readinessProbe));
    expect(patience(server.startupProbe)).toBe(300);
  });

  it('has a minute to write its checkpoint when it stops', () => {
    expect(spec.template.spec.terminationGracePeriodSeconds).toBe(60);
  });

  it('runs as the user of the image, with a read-only root file system', () => {
    expect(spec.template.spec.securityContext).toMatchObject({ runAsUser: 999, runAsGroup: 999, fsGroup: 999 });
    expect(server.securityContext.readOnlyRootFilesystem).toBe(true);
    for (const path of ['/var/run/postgresql', '/tmp', '/dev/shm']) {
      expect(server.volumeMounts.map(({ mountPath }: Manifest) => mountPath)).toContain(path);
    }
  });

  it('is reached on 5432', () => {
    for (const name of ['postgres', 'postgres-headless']) {
      expect(find(objects, 'Service', name).spec.ports).toEqual([
        { name: 'postgres', port: 5432, targetPort: 'postgres' },
      ]);
    }
    expect(find(objects, 'Service', 'postgres-headless').spec.clusterIP).toBe('None');
  });

  it('uses the pinned image with PostGIS and modest resources', () => {
    expect(server.image).toBe(images.postgis);
    expect(server.resources).toEqual({
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    });
  });
});

describe('Postgres with all props', () => {
  const all: Required<PostgresProps> = {
    ...minimal,
    name: 'db',
    image: 'docker.io/library/postgres:16',
    storage: Size.gibibytes(20),
    storageClassName: 'fast',
    resources,
    maxConnections: 200,
    nodePool: nodePool(),
  };

  it('has each of them', () => {
    const objects = render(all);
    const { spec } = find(objects, 'StatefulSet', 'db');
    expect(spec.template.spec).toMatchObject({
      nodeSelector: { 'example.org/role': 'general' },
      containers: [
        { image: all.image, args: ['-c', 'max_connections=200'], resources: { limits: { memory: '128Mi' } } },
      ],
    });
    expect(spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(find(objects, 'Job').spec.template.spec).toMatchObject({
      nodeSelector: { 'example.org/role': 'general' },
      containers: [{ image: all.image }],
    });
  });

  it('changes with each of them', () => {
    expectEachPropToMatter<PostgresProps>(render, all, {
      name: 'other',
      image: images.postgis,
      superuser: { ...superuser, username: 'root' },
      databases: [zenml],
      storage: Size.gibibytes(21),
      storageClassName: 'slow',
      resources: { ...resources, limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) } },
      maxConnections: 201,
      nodePool: nodePool({ labels: { 'example.org/role': 'other' } }),
    });
  });
});

describe('a database that is added', () => {
  const before = render(minimal);
  const after = render({ ...minimal, databases: [mlflow, { ...zenml, extensions: ['postgis'] }] });

  it('does not restart the server', () => {
    expect(find(after, 'StatefulSet')).toEqual(find(before, 'StatefulSet'));
  });

  it('is in the init SQL of a new server, and in a new Job for the running one', () => {
    const sql = find(after, 'ConfigMap').data['init-databases.sql'];
    expect(sql).toContain('"zenml_owner"');
    expect(sql).not.toBe(find(before, 'ConfigMap').data['init-databases.sql']);
    expect(find(after, 'Job').metadata.name).not.toBe(find(before, 'Job').metadata.name);
  });
});

describe('Postgres', () => {
  it('hands out how a client reaches a database, as the role that owns it', () => {
    const postgres = new Postgres(testChart({ namespace: 'fair' }), 'postgres', {
      ...minimal,
      databases: [mlflow, zenml],
    });
    expect(postgres.connection('zenml')).toEqual({
      host: 'postgres.fair.svc',
      port: 5432,
      database: 'zenml',
      username: 'zenml_owner',
      password: zenml.password,
    });
  });

  it('has no Job where it has no databases', () => {
    const chart = testChart();
    expect(new Postgres(chart, 'postgres', { ...minimal, databases: [] }).databaseJob).toBeUndefined();
    expect(synth(chart).filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  it('fails for a database that it does not have', () => {
    const postgres = new Postgres(testChart(), 'postgres', { ...minimal, databases: [mlflow, zenml] });
    expect(() => postgres.connection('stac')).toThrow(
      "demo/postgres: 'database' must be one of 'mlflow', 'zenml', got 'stac'",
    );
  });

  it('fails for a duplicate database', () => {
    expect(() => render({ ...minimal, databases: [mlflow, { ...zenml, name: 'mlflow' }] })).toThrow(
      "demo/postgres: 'databases.name' must have no duplicates, got 'mlflow'",
    );
  });

  it.each([
    ['', 'have 1 to 63 bytes in UTF-8'],
    ['x'.repeat(80), 'have 1 to 63 bytes in UTF-8'],
    ['pg_x', "be another name than 'public', 'none' and 'pg_…', which PostgreSQL reserves"],
    ['pgstac_admin', "be another name than 'pgstac_admin', 'pgstac_read', 'pgstac_ingest', which are pgstac's own"],
  ])("fails for a superuser of the name '%s'", (username, allowed) => {
    expect(() => render({ ...minimal, superuser: { ...superuser, username }, databases: [] })).toThrow(
      `demo/postgres: 'superuser.username' must ${allowed}, got '${username}'`,
    );
  });

  it('fails for a database that the superuser would own', () => {
    expect(() => render({ ...minimal, databases: [{ ...mlflow, owner: 'postgres' }] })).toThrow(
      "demo/postgres: 'databases[0].owner' must be another role than the server's superuser, got 'postgres'",
    );
  });
});

function envOf(container: Manifest): Record<string, string> {
  return Object.fromEntries(container.env.map(({ name, value }: Manifest) => [name, value]));
}

function mountOf(container: Manifest, name: string): Manifest {
  return container.volumeMounts.find((mount: Manifest) => mount.name === name);
}

function render(props: PostgresProps) {
  const chart = testChart();
  new Postgres(chart, 'postgres', props);
  return synth(chart);
}
