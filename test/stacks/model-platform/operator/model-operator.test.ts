import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it, test } from 'vitest';
import { ServiceMonitor } from '../../../../lib/components/observability/service-monitor';
import { existingSecrets } from '../../../../lib/components/secrets/sources';
import { setKubernetesVersion } from '../../../../lib/kube/objects/kubernetes-version';
import { setImageSettings } from '../../../../lib/kube/pods/images';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import type { ModelServer } from '../../../../lib/stacks/model-platform/model-server';
import { ModelNamespace } from '../../../../lib/stacks/model-platform/operator/model-namespace';
import { ModelOperator, type ModelOperatorProps } from '../../../../lib/stacks/model-platform/operator/model-operator';
import { parseModelServer } from '../../../../lib/stacks/model-platform/operator/server-config';
import { ModelPlatformStack } from '../../../../lib/stacks/model-platform/stack';
import { nodePool } from '../../../support/samples';
import { expectEachPropToMatter, find, type Manifest, namesOf, synth } from '../../../support/synth';

const registry = { host: 'registry.example.org', port: 443, url: 'https://registry.example.org' };
const server: ModelServer = { image: 'example.org/server:1.0.0', registry };

interface Options extends Partial<Omit<ModelOperatorProps, 'namespaces'>> {
  readonly namespaces?: readonly string[];
}

/** The objects of the operator, in an app that is prepared first. */
function render({ namespaces = ['models'], ...props }: Options = {}, prepare: (app: App) => void = () => {}) {
  const app = new App({ outdir: 'never-written' });
  prepare(app);
  const chart = new Chart(app, 'demo', { namespace: 'demo' });
  const charts = namespaces.map((namespace) => new ModelNamespace(app, namespace, { namespace, server }));
  new ModelOperator(chart, 'operator', { image: 'example.org/operator:1.0.0', server, ...props, namespaces: charts });
  return synth(chart);
}

const pod = (objects: readonly Manifest[]) => find(objects, 'Deployment').spec.template.spec;
const settings = (objects: readonly Manifest[]) =>
  parseModelServer(find(objects, 'ConfigMap', 'ml-operator-server').data['server.json'], 'server.json');

describe('the image of the operator', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', '..', 'operator');
  const lines = readFileSync(join(folder, 'Dockerfile'), 'utf8').split('\n');

  it('runs the program alone, as the user and at the port that the pod has', () => {
    const [{ ports }] = pod(render()).containers;
    const { runAsUser, runAsGroup } = pod(render()).securityContext;
    expect(lines).toContain(`USER ${runAsUser}:${runAsGroup}`);
    expect(lines).toContain(`EXPOSE ${ports[0].containerPort}`);
    expect(lines).toContain('ENTRYPOINT ["node", "/operator/operator.cjs"]');
    expect(lines.filter((line) => line.startsWith('COPY '))).toEqual([
      'COPY build/operator.cjs /operator/operator.cjs',
    ]);
    expect(readFileSync(join(folder, '.dockerignore'), 'utf8')).toBe('*\n!build/operator.cjs\n');
  });

  it('stands on a version that does not move, for every architecture', () => {
    const from = lines.filter((line) => line.startsWith('FROM '));
    expect(from).toEqual([expect.stringMatching(/^FROM node:\d+\.\d+\.\d+-bookworm-slim$/)]);
  });
});

describe('the operator of this platform', () => {
  it('is two pods, of which a drain or a rollout takes one at a time', () => {
    const objects = render();
    expect(find(objects, 'Deployment').spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(find(objects, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(namesOf(render({ replicas: 1 }))).not.toContain('PodDisruptionBudget ml-operator');
  });

  it('knows where it is, what it watches and where its settings are', () => {
    const [{ env, volumeMounts, command }] = pod(render({ namespaces: ['red', 'blue'] })).containers;
    const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } });
    expect(env).toEqual([
      { name: 'POD_NAME', ...field('metadata.name') },
      { name: 'POD_NAMESPACE', ...field('metadata.namespace') },
      { name: 'WATCH_NAMESPACES', value: 'red,blue' },
      { name: 'MODEL_SERVER_CONFIG', value: '/etc/ml-operator/server.json' },
      { name: 'PORT', value: '8080' },
    ]);
    expect(volumeMounts).toEqual([{ name: 'server', mountPath: '/etc/ml-operator', readOnly: true }]);
    expect(command).toBeUndefined();
  });

  it('writes nothing to its disk, is not root, and talks to the API server as its own account', () => {
    const { containers, ...rest } = pod(render());
    expect(rest).toMatchObject({
      serviceAccountName: 'ml-operator',
      automountServiceAccountToken: true,
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
      volumes: [{ name: 'server' }],
    });
    expect(containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
  });

  it('reaches the API server and the registry, and nothing else', () => {
    const app = new App({ outdir: 'never-written' });
    const platform = new ModelPlatformStack(app, 'model-platform', { credentials: existingSecrets() });
    const { egress, ingress } = find(synth(platform), 'NetworkPolicy', 'ml-operator').spec;
    const ports = egress.map((rule: Manifest) => rule.ports.map(({ port }: Manifest) => port));
    expect(ports).toEqual([[443, 6443], [8000]]);
    expect(ingress).toBeUndefined();
  });

  it('is scraped where somebody says so', () => {
    const app = new App({ outdir: 'never-written' });
    const platform = new ModelPlatformStack(app, 'model-platform', { credentials: existingSecrets() });
    const { operator: { metrics } = {} } = platform;
    if (metrics !== undefined) new ServiceMonitor(platform, 'monitor', { target: metrics });
    const objects = synth(platform);
    expect(find(objects, 'ServiceMonitor').spec.endpoints).toMatchObject([{ port: 'http', path: '/metrics' }]);
    expect(JSON.stringify(find(objects, 'NetworkPolicy', 'ml-operator').spec.ingress)).toContain('"monitoring"');
  });

  it('is asked whether it lives, and whether it works', () => {
    const [{ startupProbe, livenessProbe, readinessProbe }] = pod(render()).containers;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => `${httpGet.port}${httpGet.path}`);
    expect(paths).toEqual(['http/healthz', 'http/healthz', 'http/readyz']);
  });

  it('is not restarted by a change of the server, which it reads by itself', () => {
    const deployment = (image: string) => find(render({ server: { ...server, image } }), 'Deployment');
    expect(deployment('example.org/server:2.0.0')).toEqual(deployment('example.org/server:1.0.0'));
  });

  it('is told the server with its image as nodes pull it', () => {
    expect(settings(render())).toMatchObject({ image: 'example.org/server:1.0.0', registry });
    const mirrored = render({}, (app) => setImageSettings(app, { registry: 'mirror.example.org/hub' }));
    expect(settings(mirrored).image).toBe('mirror.example.org/hub/server:1.0.0');
    const loaded = render({ server: { ...server, imagePullPolicy: 'Never' } }, (app) =>
      setImageSettings(app, { registry: 'mirror.example.org/hub' }),
    );
    expect(settings(loaded).image).toBe('example.org/server:1.0.0');
  });

  it('may have its pods use no Secret and no claim but those of the server', () => {
    const policy = (changes: Partial<ModelServer>) =>
      find(
        render({ server: { ...server, ...changes } }, (app) => setKubernetesVersion(app, '1.30')),
        'ValidatingAdmissionPolicy',
      ).spec.validations[0].message;
    expect(policy({})).toBe('pods may use no Secrets but [], no account but ["default"], and no claims');
    const modelCache = { path: '/models', claimName: 'weights', accessMode: 'ReadOnlyMany' } as const;
    expect(policy({ downloadSecret: new SecretRef('token'), modelCache })).toBe(
      'pods may use no Secrets but ["token"], no account but ["default"], and no claims but ["weights"]',
    );
  });

  test('takes every prop', () => {
    const all: Required<Options> = {
      image: 'example.org/operator:1.0.0',
      imagePullPolicy: 'Never',
      server,
      namespaces: ['models'],
      replicas: 2,
      resources: { requests: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool(),
    };
    expectEachPropToMatter<Options>((props) => render(props), all, {
      image: 'example.org/operator:2.0.0',
      imagePullPolicy: 'Always',
      server: { ...server, port: 9000 },
      namespaces: ['models', 'others'],
      replicas: 3,
      resources: { requests: { cpu: Cpu.millis(2), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  test.each<[string, Options, string]>([
    ['no namespace', { namespaces: [] }, "demo/operator: 'namespaces' must name a namespace, got []"],
    ['no pod', { replicas: 0 }, "demo/operator: 'replicas' must be a whole number from 1, got 0"],
    [
      'a server that no pod could run',
      { server: { ...server, user: { user: 0 } } },
      "demo/operator: 'securityContext.user' must be a user id above 0, got 0",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => render(props)).toThrow(message);
  });
});
