import { App, Chart } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dev } from '../../environments';
import { ServiceAccount } from '../../lib/components/tenancy/service-account';
import { podAdmission } from '../../lib/kube/objects/admission';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { buildPlatform } from '../../lib/platform/platform';
import { findControlPlane } from '../support/control-plane/programs';
import { until } from '../support/control-plane/settle';
import { onApiServer } from './on-api-server';
import { list, Written } from './stage';

const written = new Written({
  name: 'dev with another account',
  nodePools: dev.nodePools,
  app: (outdir) => {
    const app = new App({ outdir });
    buildPlatform(app, dev, 'all');
    const chart = new Chart(app, 'writers', { namespace: 'default' });
    new ServiceAccount(chart, 'writer', {
      name: 'writer',
      rules: [
        { apiGroup: '', resources: ['pods'], verbs: ['create'] },
        {
          apiGroup: 'apps',
          resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
          verbs: ['create'],
        },
        { apiGroup: 'batch', resources: ['jobs', 'cronjobs'], verbs: ['create'] },
      ],
      admission: [podAdmission({ secrets: ['own'], serviceAccounts: ['default'] })],
    });
    return app;
  },
});
afterAll(() => written.remove());

/** A pod that reads nothing. */
const POD = { containers: [{ name: 'a', image: 'example.org/a:1', command: ['env'] }], restartPolicy: 'Never' };
const withEnv = (name: string, container = 'a') => ({
  ...POD,
  containers: [
    {
      ...POD.containers[0],
      name: container,
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name, key: 'password' } } }],
    },
  ],
});
const volume = (source: object) => ({ ...POD, volumes: [{ name: 'a', ...source }] });

/** Ways to what is not for the account: each was open to whoever may create pods. */
const WAYS: readonly (readonly [string, object])[] = [
  ['a variable', withEnv('postgres-credentials')],
  ['a variable of an init container', { ...POD, initContainers: withEnv('postgres-credentials', 'init').containers }],
  [
    'all variables of a Secret',
    { ...POD, containers: [{ ...POD.containers[0], envFrom: [{ secretRef: { name: 'postgres-credentials' } }] }] },
  ],
  ['a volume', volume({ secret: { secretName: 'postgres-credentials' } })],
  ['a projected volume', volume({ projected: { sources: [{ secret: { name: 'postgres-credentials' } }] } })],
  ['the volume of the database', volume({ persistentVolumeClaim: { claimName: 'pgdata-postgres-0' } })],
  ['another account', { ...POD, serviceAccountName: 'ml-other' }],
];

const deployment = (spec: Manifest, namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace },
  spec: {
    selector: { matchLabels: { a: 'a' } },
    template: { metadata: { labels: { a: 'a' } }, spec: { ...spec, restartPolicy: 'Always' } },
  },
});
const job = (spec: object, namespace: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'a', namespace },
  spec: { template: { spec } },
});

onApiServer('the accounts of dev that write workloads', findControlPlane(), written, (kubectl) => {
  const as = (namespace: string, account: string) => `--as=system:serviceaccount:${namespace}:${account}`;
  const create = async (object: object, who: string) => {
    const { code, stderr } = await kubectl().try(['create', '--dry-run=server', who, '-f', '-'], list([object]));
    return code === 0 ? 'created' : stderr;
  };
  const operator = as('ml-platform', 'ml-operator');
  const pipelines = as('fair', 'zenml-pipelines');

  beforeAll(async () => {
    await kubectl().run(['apply', '-f', written.dist]);
    // The controllers of a cluster make it; without it no pod is admitted.
    await kubectl().run(['create', 'serviceaccount', 'default', '-n', 'default']);
    // An API server reads its policies anew once a second or so.
    const refused = () => create(job(withEnv('postgres-credentials'), 'fair'), pipelines);
    expect(await until(async () => (await refused()).includes('denied'), 60)).toBe(true);
  });

  describe('the operator of models', () => {
    test('creates Deployments that read nothing', async () => {
      expect(await create(deployment(POD, 'ml-models'), operator)).toBe('created');
    });

    test.each(WAYS)('fails to reach what is not for it by %s', async (_, pod) => {
      expect(await create(deployment(pod, 'ml-models'), operator)).toMatch(/ml-platform-ml-operator.* denied request/);
    });

    test('fails to have the registry, which has a password, run something else', async () => {
      const patch = JSON.stringify([
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.org/a:1' },
      ]);
      const args = ['deployment/model-registry-api', '-n', 'ml-platform', '--type=json', `--patch=${patch}`];
      const { stderr } = await kubectl().try(['patch', ...args, '--dry-run=server', operator]);
      expect(stderr).toMatch(/Forbidden|forbidden/);
    });

    test('is the only one that is refused', async () => {
      const [, pod = POD] = WAYS[0] ?? [];
      expect(await create(deployment(pod as Manifest, 'ml-models'), '--as-group=system:masters')).not.toContain(
        'denied',
      );
      expect(await create(deployment(pod as Manifest, 'ml-models'), '--validate=true')).toBe('created');
    });
  });

  describe('the account of pipelines', () => {
    test('creates Jobs that read the keys of the artifacts', async () => {
      expect(await create(job(POD, 'fair'), pipelines)).toContain('no account but');
      const own = { serviceAccountName: 'zenml-pipelines' };
      expect(await create(job({ ...POD, ...own }, 'fair'), pipelines)).toBe('created');
      expect(await create(job({ ...withEnv('s3-credentials'), ...own }, 'fair'), pipelines)).toBe('created');
      expect(await create(job({ ...withEnv('minio-credentials'), ...own }, 'fair'), pipelines)).toContain('denied');
    });

    test.each(WAYS)('fails to reach what is not for it by %s', async (_, pod) => {
      const spec = { serviceAccountName: 'zenml-pipelines', ...pod };
      expect(await create(job(spec, 'fair'), pipelines)).toMatch(/fair-zenml-pipelines.* denied request/);
    });
  });

  describe('pods of every kind of workload', () => {
    const metadata = { name: 'a', namespace: 'default' };
    const scheduled = (spec: object) => ({ schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec } } } });
    const served = (spec: object) => deployment(spec, 'default').spec;
    const kinds: readonly (readonly [string, string, (pod: object) => object])[] = [
      ['v1', 'Pod', (spec) => spec],
      ['apps/v1', 'Deployment', served],
      ['apps/v1', 'ReplicaSet', served],
      ['apps/v1', 'DaemonSet', served],
      ['apps/v1', 'StatefulSet', (spec) => ({ ...served(spec), serviceName: 'a' })],
      ['batch/v1', 'Job', (spec) => job(spec, 'default').spec],
      ['batch/v1', 'CronJob', scheduled],
    ];
    const write = (apiVersion: string, kind: string, spec: object) =>
      create({ apiVersion, kind, metadata, spec }, as('default', 'writer'));

    test.each(kinds)('read the Secrets that are granted: %s %s', async (apiVersion, kind, spec) => {
      expect(await write(apiVersion, kind, spec(withEnv('own')))).toBe('created');
    });

    test.each(kinds)('fail to read another Secret: %s %s', async (apiVersion, kind, spec) => {
      expect(await write(apiVersion, kind, spec(withEnv('other')))).toMatch(/default-writer.* denied request/);
    });
  });

  describe('promotion-rollout', () => {
    // A server-side apply is a PATCH alone: the account may not get what it changes.
    const patch = (template: object) => {
      const metadata = { name: 'inference', namespace: 'flts' };
      const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } };
      const flags = ['--server-side', '--force-conflicts', '--dry-run=server', '--validate=false'];
      return kubectl().try(['apply', ...flags, as('flts', 'promotion-rollout'), '-f', '-'], list([object]));
    };

    test('writes its annotation', async () => {
      const { code, stderr } = await patch({ metadata: { annotations: { 'checksum/promotion': 'a' } } });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('denied')]);
    });

    const secretRef = { name: 'postgres-credentials' };
    test.each([
      ['the image', { spec: { containers: [{ name: 'inference', image: 'example.org/a:1' }] } }],
      ['the variables', { spec: { containers: [{ name: 'inference', envFrom: [{ secretRef }] }] } }],
      ['the account', { spec: { serviceAccountName: 'promotion-rollout' } }],
    ])('fails to change %s', async (_, template) => {
      const { stderr } = await patch(template);
      expect(stderr).toContain('only annotations of the pods may change');
    });
  });
});
