import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { localCredentials } from '../../lib/components/secrets/sources';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { allowLocalCredentials } from '../../lib/kube/secrets/secrets';
import type { ModelServing } from '../../lib/stacks/model-platform/serving';
import { ModelPlatformStack } from '../../lib/stacks/model-platform/stack';
import { findControlPlane } from '../support/control-plane/programs';
import { ModelCluster, Models } from '../support/operator/model-cluster';
import { OperatorBundle } from '../support/operator/operator-process';
import { blocksOf } from '../support/page-blocks';
import { describeProgram } from '../support/programs';
import { list } from './stage';

const page = readFileSync('docs/how-to/deploy-a-model.md', 'utf8').split('## From the external operator')[1] ?? '';
const [move = '', cleanUp = ''] = blocksOf(page, 'sh');

/** What the operator of the original model platform makes of a ModelDeployment; nothing of it has an owner. */
function madeByKopf(name: string): readonly Manifest[] {
  const labels = { app: `${name}-inference`, component: 'inference-server', 'managed-by': 'ml-operator' };
  const { app } = labels;
  const container = { name: 'inference-server', image: 'ml-platform/inference-server:latest' };
  const metadata = (own: string) => ({ name: own, namespace: 'ml-platform', labels });
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(app),
      spec: {
        selector: { matchLabels: { app } },
        template: { metadata: { labels: { app, component: labels.component } }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(`${name}-service`),
      spec: { selector: { app }, ports: [{ port: 8001 }] },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata(`${name}-hpa`),
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app }, maxReplicas: 5 },
    },
    {
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      metadata: { name, namespace: 'ml-platform', finalizers: ['kopf.zalando.org/KopfFinalizerMarker'] },
      spec: { modelName: name, modelVersion: 2, resources: { limits: { cpu: '1', memory: '1Gi' } } },
    },
  ];
}

describeProgram(findControlPlane(), 'the way from an external operator to that of this platform', () => {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  const stackWith = (serving: ModelServing, outdir: string) => {
    const app = new App({ outdir: join(folder, outdir) });
    allowLocalCredentials(app);
    const stack = new ModelPlatformStack(app, 'model-platform', { credentials: localCredentials(), serving });
    app.synth();
    return stack;
  };
  const { server } = stackWith({ operator: {} }, 'dist');
  stackWith({ externalOperator: {} }, 'before');
  let plane: ModelCluster;
  let bundle: OperatorBundle;
  let models: Models;

  beforeAll(async () => {
    bundle = new OperatorBundle(server);
    plane = await ModelCluster.start();
    models = new Models(plane.cluster, 'ml-models');
    const { kubectl } = plane.cluster;
    await kubectl.run(['apply', '-f', join(folder, 'before')]);
    await kubectl.run(['apply', '-f', '-'], list(['iris', 'churn'].flatMap(madeByKopf)));
    // The operator as its account, whose rights are those that the stack gives it.
    const token = (await kubectl.run(['create', 'token', 'ml-operator', '--namespace=ml-platform'])).trim();
    const config = parse(readFileSync(plane.kubeconfig, 'utf8'));
    for (const entry of config.users) entry.user = { token };
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, stringify(config));
    const env = { POD_NAMESPACE: 'ml-platform', WATCH_NAMESPACES: 'ml-models' };
    await bundle.start(kubeconfig, env, false);
  });

  afterAll(async () => {
    await bundle?.remove();
    await plane?.stop();
    rmSync(folder, { recursive: true });
  });

  const names = async (kind: string, ...args: readonly string[]) =>
    (await plane.cluster.kubectl.run(['get', kind, '--output=name', '--ignore-not-found', ...args])).split('\n').sort();
  const old = (kind: string) => names(kind, '--namespace=ml-platform', '--selector=component=inference-server');

  test('its first commands bring each model up in the new namespace, beside the old ones', async () => {
    const { code, stderr } = await plane.cluster.kubectl.script(move, folder);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    await models.settled(server);
    for (const name of ['iris', 'churn']) {
      const { metadata, spec, status } = await models.get(name);
      expect(metadata.finalizers).toBeUndefined();
      expect(spec).toMatchObject(madeByKopf(name)[3]?.spec);
      expect(status.phase).toBe('Running');
    }
    expect(await old('deployment')).toContain('deployment.apps/iris-inference');
  });

  test('its last commands leave nothing of the old operator behind, and the new models alone', async () => {
    const { code, stderr } = await plane.cluster.kubectl.script(cleanUp, folder);
    expect([code, stderr]).toEqual([0, '']);
    for (const kind of ['deployment', 'service', 'hpa', 'md']) expect(await old(kind)).toEqual(['']);
    expect(await names('md', '--namespace=ml-platform')).toEqual(['']);
    expect((await names('clusterrole,clusterrolebinding')).filter((name) => name.includes('ml-operator'))).toEqual([]);
    await models.settled(server);
    expect(await names('md', '--namespace=ml-models')).toHaveLength(3);
  });
});
