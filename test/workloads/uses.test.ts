import { Size } from 'cdk8s';
import { expect, it } from 'vitest';
import { edges, podsOf, recordServer } from '../../lib/kube/network/network';
import type { PodProps } from '../../lib/kube/pods/pod-template';
import { database } from '../../lib/kube/pods/uses';
import { Volume } from '../../lib/kube/pods/volumes';
import { SecretRef } from '../../lib/kube/secrets/secrets';
import { Deployment } from '../../lib/workloads/deployment';
import { Job } from '../../lib/workloads/job';
import { StatefulSet } from '../../lib/workloads/stateful-set';
import { container, identity, pod } from '../support/samples';
import { objectOf, testChart } from '../support/synth';

const password = new SecretRef('labels-db', 'checksum').key('password');
const connection = { host: 'postgres.demo.svc', port: 5432, database: 'labels', username: 'labeler', password };
const migrate = { ...container, name: 'migrate' };
const sidecar = { ...container, name: 'sidecar' };
const data = { ...container, mounts: [{ volume: Volume.claimTemplate('data'), path: '/data' }] };
const props: PodProps = {
  ...pod,
  containers: [container, sidecar],
  initContainers: [migrate],
  uses: [database(connection, { wait: true })],
};

it.each([
  ['Deployment', (chart, of) => new Deployment(chart, 'api', { identity, pod: of })],
  [
    'StatefulSet',
    (chart, of) =>
      new StatefulSet(chart, 'api', {
        identity,
        serviceName: 'api',
        claims: [{ name: 'data', size: Size.gibibytes(1) }],
        pod: { ...of, containers: [data, sidecar] },
      }),
  ],
  ['Job', (chart, of) => new Job(chart, 'api', { identity, pod: of })],
] satisfies [string, (chart: ReturnType<typeof testChart>, of: PodProps) => unknown][])(
  'a %s has the variables of what it uses in its first container, waits before all others, and is let through',
  (kind, create) => {
    const chart = testChart();
    const server = podsOf(chart, { ...identity, instance: 'postgres' });
    recordServer({ host: connection.host, pods: server, ports: [{ port: 5432, podPort: 5432 }] });
    create(chart, props);
    const { metadata, spec } = objectOf(chart, kind).spec.template;
    expect(spec.initContainers.map(({ name }: { name: string }) => name)).toEqual(['wait-for-database', 'migrate']);
    expect(spec.containers.map(({ env = [] }) => env.map(({ name }: { name: string }) => name))).toEqual([
      ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'],
      [],
    ]);
    // Rolled with the Secret that it reads through a use.
    expect(metadata.annotations).toHaveProperty('checksum/config');
    expect(edges(chart)).toMatchObject([
      { from: { pods: { name: 'api' } }, to: { pods: { name: 'postgres' } }, ports: [5432] },
    ]);
  },
);
