import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dev } from '../../environments';
import type { ApiCalls } from '../../lib/kube/objects/access';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { modelPlatform } from '../../lib/stacks/model-platform/model-platform';
import {
  MODEL_OPERATOR_CALLS,
  MODEL_OPERATOR_LEASE_CALLS,
} from '../../lib/stacks/model-platform/operator/model-operator-calls';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../lib/stacks/model-platform/operator/operator-calls';
import { until } from '../support/control-plane/settle';
import { addFinalizers, WAY_OUT } from '../support/control-plane/take-down';
import { synthesize } from '../support/environments';
import { BAD, GOOD } from '../support/model-deployments/cases';
import { list, theCluster } from './stage';

/** That of the models, that of the operator, and that of an external operator and its models. */
const [NAMESPACE, PLATFORM, EXTERNAL] = ['ml-models', 'ml-platform', 'external'];
const COLLECTION = `/apis/ml.example.com/v1/namespaces/${NAMESPACE}/modeldeployments`;
const CRD = readFileSync(join(import.meta.dirname, '..', '..', 'crds', 'modeldeployment.yaml'), 'utf8');
const ACCESS = ['Namespace', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

/** The custom resource and the rights of its operators. */
export function modelDeployments(): void {
  const { api, kubectl } = theCluster();
  const external = modelPlatform({ namespace: EXTERNAL, serving: { externalOperator: {} } });
  const { app } = synthesize({ ...dev, stacks: { ...dev.stacks, external } }, 'model-platform,external');
  const objects: readonly Manifest[] = app.charts.flatMap((chart) => chart.toJson());
  const surroundings = objects.filter(({ kind }) => ACCESS.includes(kind));

  beforeAll(async () => {
    await kubectl.run(['apply', '-f', '-'], CRD);
    await kubectl.run(['wait', '--for=condition=Established', 'crd/modeldeployments.ml.example.com', '--timeout=30s']);
    await kubectl.run(['apply', '-f', '-'], list(surroundings));
    await until(async () => (await api.send('GET', COLLECTION)).status === 200);
  });

  afterAll(async () => {
    await kubectl.run(['delete', '--ignore-not-found', '-f', '-'], list(surroundings));
    await kubectl.run(['delete', '--ignore-not-found', '-f', '-'], CRD);
  });

  const create = (resource: object) =>
    api.send('POST', `${COLLECTION}?dryRun=All&fieldValidation=Strict`, {
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      ...resource,
    });

  test.each(GOOD)('accepts $title', async ({ resource }) => {
    const { status, body } = await create(resource);
    expect(status, body.message).toBe(201);
  });

  test.each(BAD)('fails for $title', async ({ resource, apiServer }) => {
    const { status, body } = await create(resource);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.message).toContain(apiServer);
  });

  test('shows the model, its version, its replicas and its phase, and scales within its bounds', async () => {
    const iris = { apiVersion: 'ml.example.com/v1', kind: 'ModelDeployment', ...GOOD[0]?.resource } as Manifest;
    await kubectl.run(['create', '-f', '-'], JSON.stringify(iris));
    const name = `md/${iris.metadata.name}`;
    const table = await kubectl.run(['get', name, `--namespace=${NAMESPACE}`]);
    expect(table.split('\n')[0]).toMatch(/^NAME +MODEL +VERSION +REPLICAS +READY +PHASE +AGE *$/);
    await kubectl.run(['scale', name, `--namespace=${NAMESPACE}`, '--replicas=3']);
    const replicas = async () => (await api.get(`${COLLECTION}/${iris.metadata.name}`)).spec.replicas;
    expect(await replicas()).toBe(3);
    const { code, stderr } = await kubectl.try(['scale', name, `--namespace=${NAMESPACE}`, '--replicas=11']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('spec.replicas')]);

    // Below its minimum an autoscaler needs no metric to act: all that it uses is the scale subresource.
    await api.create(`/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'iris' },
      spec: {
        scaleTargetRef: { apiVersion: 'ml.example.com/v1', kind: 'ModelDeployment', name: iris.metadata.name },
        minReplicas: 5,
        maxReplicas: 6,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    });
    expect(await until(async () => (await replicas()) === 5)).toBe(true);
  });

  test('are taken down without their operator by what take-it-down.md says: kubectl delete alone waits for ever', async () => {
    for (const index of Array(15).keys()) {
      const model = { apiVersion: 'ml.example.com/v1', kind: 'ModelDeployment', ...GOOD[0]?.resource } as Manifest;
      await kubectl.run(
        ['create', '-f', '-'],
        JSON.stringify({ ...model, metadata: { name: `left-${index}`, namespace: NAMESPACE } }),
      );
    }
    expect(await addFinalizers(api, [NAMESPACE])).toBeGreaterThanOrEqual(15);
    const left = async () => (await api.list(COLLECTION)).filter(({ metadata }) => metadata.deletionTimestamp);
    const gone = ['delete', 'modeldeployments', '--all', `--namespace=${NAMESPACE}`];
    expect((await kubectl.try([...gone, '--timeout=2s'])).stderr).toContain('timed out waiting');
    expect((await left()).length).toBeGreaterThanOrEqual(15);
    const { code, stderr } = await kubectl.script(WAY_OUT, '.');
    expect([code, stderr]).toEqual([0, '']);
    expect(await left()).toEqual([]);
  });

  /** Calls that are all that an account may make in a namespace, or of what no namespace holds. */
  type Grant = readonly [namespace: string, calls: readonly ApiCalls[]];

  describe.each<[title: string, namespace: string, grants: readonly Grant[]]>([
    [
      'the operator of this platform',
      PLATFORM,
      [
        [NAMESPACE, MODEL_OPERATOR_CALLS],
        [PLATFORM, MODEL_OPERATOR_LEASE_CALLS],
      ],
    ],
    [
      'an external operator',
      EXTERNAL,
      [
        [EXTERNAL, OPERATOR_CALLS],
        ['', OPERATOR_CLUSTER_CALLS],
      ],
    ],
  ])('%s', (_, home, grants) => {
    const user = `system:serviceaccount:${home}:ml-operator`;
    const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] as const;
    const beyond: readonly ApiCalls[] = [
      ['', 'secrets'],
      ['', 'configmaps'],
      ['', 'pods/exec'],
      ['', 'nodes'],
      ['apps', 'replicasets'],
      ['rbac.authorization.k8s.io', 'roles'],
    ].map(([apiGroup = '', resource = '']) => ({ apiGroup, resource, verbs: ['get'], reason: '' }));

    async function allowed(verb: string, { apiGroup, resource: path }: ApiCalls, namespace: string): Promise<boolean> {
      const [resource, subresource] = path.split('/');
      const review = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, resourceAttributes: { verb, group: apiGroup, resource, subresource, namespace } },
      });
      return review.status.allowed;
    }

    const each = grants.flatMap(([namespace, calls]) => calls.map((call) => [call.resource, namespace, call] as const));

    test.each(each)('may do what it declares of %s in %j, and no more', async (_resource, namespace, calls) => {
      for (const verb of VERBS) {
        expect(await allowed(verb, calls, namespace), verb).toBe(calls.verbs.includes(verb));
        if (namespace !== '') expect(await allowed(verb, calls, 'default'), `${verb} elsewhere`).toBe(false);
      }
    });

    test.each(grants)(
      'is listed in %j with nothing but what it declares, and what every account may do',
      async (where) => {
        // The first column: `resource.group/subresource`, empty for paths that are no resources.
        const may = async (...who: readonly string[]) => {
          const table = await kubectl.run(['auth', 'can-i', '--list', `--namespace=${where || home}`, ...who]);
          const resources = table
            .split('\n')
            .slice(1)
            .map((row) => row.split(' ')[0] ?? '');
          return new Set(resources.filter((resource) => resource !== ''));
        };
        const everyone = await may('--as=system:serviceaccount:default:nobody', '--as-group=system:authenticated');
        const operators = await may(`--as=${user}`, '--as-group=system:authenticated');
        const own = [...operators].filter((resource) => !everyone.has(resource));
        const there = grants.filter(([namespace]) => [where || home, ''].includes(namespace));
        const declared = there
          .flatMap(([, calls]) => calls)
          .map(({ apiGroup, resource }) => {
            const [name, sub] = resource.split('/');
            return `${[name, apiGroup].filter((part) => part !== '').join('.')}${sub === undefined ? '' : `/${sub}`}`;
          });
        expect(own.sort()).toEqual(declared.sort());
      },
    );

    test.each(beyond)('fails to read $resource', async (calls) => {
      for (const namespace of [NAMESPACE, PLATFORM, EXTERNAL])
        for (const verb of VERBS) expect(await allowed(verb, calls, namespace), `${verb} ${namespace}`).toBe(false);
    });
  });

  // Each refusal of these is tried again for 54 s by kopf 1.45, which serves nothing meanwhile.
  test('an external operator is refused nothing of what kopf reads before it serves', async () => {
    for (const path of [
      '/api/v1/namespaces',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      `/apis/ml.example.com/v1/namespaces/${EXTERNAL}/modeldeployments`,
    ]) {
      const as = `--as=system:serviceaccount:${EXTERNAL}:ml-operator`;
      const { code, stderr } = await kubectl.try(['get', `--raw=${path}`, as]);
      expect([path, code, stderr]).toEqual([path, 0, '']);
    }
  });
}
