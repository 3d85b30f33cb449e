import { describe, expect, it } from 'vitest';
import { DatabaseJob, type DatabaseJobProps } from '../../../lib/components/data/database-job';
import { INIT_JOB_SCRIPT_KEY } from '../../../lib/components/data/init-job-script';
import { passwordVariable } from '../../../lib/components/data/init-sql';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const passwordOf = (name: string, checksum?: string) => new SecretRef(name, checksum).key('password');
const all: Required<DatabaseJobProps> = {
  name: 'postgres-databases',
  image: 'docker.io/imresamu/postgis:17-3.5',
  server: { host: 'postgres.fair.svc', port: 5432 },
  superuser: { username: 'postgres', password: passwordOf('postgres-credentials') },
  databases: [
    { name: 'mlflow', owner: 'mlflow', password: passwordOf('mlflow-db') },
    { name: 'My DB', owner: 'my-role', password: passwordOf('my-db') },
  ],
  scripts: { name: 'postgres-init', checksum: '1' },
  nodePool: nodePool(),
};

describe('the Job of the databases', () => {
  const { metadata, spec } = render(all);
  const [container] = spec.template.spec.containers;

  it('runs the script of the ConfigMap against the server, as its superuser', () => {
    expect(container.command).toEqual(['/bin/sh', '-eu', `/scripts/${INIT_JOB_SCRIPT_KEY}`]);
    expect(container.volumeMounts).toContainEqual({ name: 'scripts', mountPath: '/scripts', readOnly: true });
    expect(spec.template.spec.volumes).toContainEqual({ name: 'scripts', configMap: { name: 'postgres-init' } });
    expect(container.env.slice(0, 4)).toEqual([
      { name: 'PGHOST', value: 'postgres.fair.svc' },
      { name: 'PGPORT', value: '5432' },
      { name: 'PGUSER', value: 'postgres' },
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'postgres-credentials', key: 'password' } } },
    ]);
  });

  it('gets the password of each owner in the variable that the SQL reads', () => {
    expect(container.env.slice(4)).toEqual([
      { name: passwordVariable('mlflow'), valueFrom: { secretKeyRef: { name: 'mlflow-db', key: 'password' } } },
      { name: passwordVariable('my-role'), valueFrom: { secretKeyRef: { name: 'my-db', key: 'password' } } },
    ]);
  });

  it('tries for half an hour, and keeps what failed', () => {
    expect(spec.backoffLimit).toBe(10);
    expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
    expect(metadata.labels['app.kubernetes.io/component']).toBe('database-init');
  });

  it('has each of its props', () => {
    expectEachPropToMatter<DatabaseJobProps>(render, all, {
      name: 'other',
      image: 'docker.io/library/postgres:17',
      server: { host: 'other', port: 5433 },
      superuser: { username: 'root', password: passwordOf('other') },
      databases: [],
      scripts: { name: 'other' },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('has another name once the SQL or a password that is written here changes', () => {
    const withChecksum = (sum: string) => [{ name: 'mlflow', owner: 'mlflow', password: passwordOf('mlflow-db', sum) }];
    const names = [
      all,
      { ...all, scripts: { ...all.scripts, checksum: '2' } },
      { ...all, databases: withChecksum('1') },
      { ...all, databases: withChecksum('2') },
    ].map((props) => render(props).metadata.name);
    expect(new Set(names).size).toBe(4);
  });

  it('hands out its name', () => {
    const chart = testChart();
    expect(new DatabaseJob(chart, 'databases', all).name).toBe(objectOf(chart, 'Job').metadata.name);
  });
});

function render(props: DatabaseJobProps) {
  const chart = testChart();
  new DatabaseJob(chart, 'databases', props);
  return objectOf(chart, 'Job');
}
