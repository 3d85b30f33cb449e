import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { patch } from '../../../lib/kube/objects/patch';
import type { Platform } from '../../../lib/platform/platform';
import type { PlatformConfig } from '../../../lib/platform/platform-config';
import type { mlflowValues } from '../../../lib/stacks/fair/charts/mlflow';
import { type FairConfig, fair, LOCAL_PORTS } from '../../../lib/stacks/fair/fair';
import { charts } from '../../../lib/versions';
import { synthesize } from '../../support/environments';
import { enabled, type Helmfile } from '../../support/platform-samples';
import { nodePool } from '../../support/samples';
import { find, synth } from '../../support/synth';

const pool = nodePool({ labels: { 'fair.dev/training': 'true', 'fair.dev/inference': 'true' } });
const pipelines = { pools: [pool], registry: { uri: 'ghcr.io/example' } } as const;
const full: FairConfig = {
  charts: { stac: { title: 'Models', description: 'All of them' }, mlflow: {}, zenml: {} },
  pipelines,
};
const config = { name: 'test', local: true, nodePools: [pool], kubeContext: 'test-admin' } as const;

const build = (stacks: PlatformConfig['stacks'], changes: Partial<PlatformConfig> = {}, selection?: string) =>
  synthesize({ ...config, ...changes, stacks }, selection);
const releasesOf = ({ deployFiles }: Platform) => (parse(deployFiles['helmfile.yaml'] ?? '') as Helmfile).releases;

describe('fAIr in an environment', () => {
  it('has the charts that are off taken out of its namespace', () => {
    const { platform } = build({ fair: fair({ namespace: 'models', charts: { mlflow: {} } }) });
    expect(releasesOf(platform)).toMatchObject([
      { name: 'stac', namespace: 'models', installed: false },
      { name: 'mlflow', namespace: 'models', values: ['values/mlflow.yaml'] },
      { name: 'zenml', namespace: 'models', installed: false },
    ]);
    expect(enabled(platform.deployFiles)).toEqual(['mlflow']);
    expect(Object.keys(platform.deployFiles)).toEqual(['helmfile.yaml', 'values/mlflow.yaml', 'fair.env']);
  });

  it('is changed by `customize`: what is patched and what is added is written with the rest', () => {
    const customize: FairConfig['customize'] = (stack) => {
      if (stack.postgres === undefined) throw new Error('no server');
      patch(stack.postgres.server, { op: 'add', path: '/spec/template/spec/priorityClassName', value: 'high' });
      new k8s.KubeConfigMap(stack, 'notes', { metadata: { name: 'notes' }, data: { read: 'me' } });
    };
    const objects = synth(build({ fair: fair({ ...full, customize }) }).app);
    expect(find(objects, 'StatefulSet', 'postgres').spec.template.spec.priorityClassName).toBe('high');
    expect(find(objects, 'ConfigMap', 'notes').metadata).toMatchObject({
      namespace: 'fair',
      labels: { 'app.kubernetes.io/part-of': 'fair' },
    });
  });

  it('has the Secrets of the environment, unless its entry has a source of its own', () => {
    const written = (entry: FairConfig) =>
      synth(build({ fair: fair(entry) }).app).flatMap(({ kind, metadata }) => (kind === 'Secret' ? metadata.name : []));
    expect(written({})).toContain('postgres-credentials');
    expect(written({ credentials: undefined })).toEqual(written({}));
    expect(written({ credentials: existingSecrets() })).toEqual([]);
  });

  it('keeps metrics-server for the autoscaler that a chart creates', () => {
    const kind = { name: 'test', controlPlane: pool };
    const releases = (stac: Partial<NonNullable<FairConfig['charts']>['stac']>) => {
      const entry = fair({ charts: { stac: { title: '', description: '', ...stac } } });
      const { platform } = build({ fair: entry }, { kind, metricsServer: {} }, 'fair');
      return enabled(platform.deployFiles);
    };
    const autoscaling = { minReplicas: 1, maxReplicas: 2, averageUtilization: 60 };
    expect(releases({ autoscaling })).toEqual(['metrics-server', 'stac']);
    expect(releases({})).toEqual(['stac']);
  });
});

describe('values of an entry', () => {
  const valuesOf = (mlflow: NonNullable<FairConfig['charts']>['mlflow']) =>
    build({ fair: fair({ charts: { mlflow } }) }).platform.deployDocuments['values/mlflow.yaml'] as ReturnType<
      typeof mlflowValues
    >;
  const ours = valuesOf({});

  it('are merged over ours, maps key by key and everything else whole', () => {
    const values = {
      extraEnvVars: { LOG: 'debug' },
      resources: { limits: { memory: '2Gi' } },
      image: { tag: 'x' },
      more: [1],
    };
    expect(valuesOf({ values })).toEqual({
      ...ours,
      extraEnvVars: { ...ours.extraEnvVars, LOG: 'debug' },
      resources: { ...ours.resources, limits: { ...ours.resources.limits, memory: '2Gi' } },
      image: { ...ours.image, tag: 'x' },
      more: [1],
    });
  });

  it.each([
    ['none', undefined],
    ['an empty map', {}],
    ['one that is undefined', { replicaCount: undefined }],
    ['an empty map in a map', { image: {} }],
    ['one that is undefined in a map', { image: { tag: undefined } }],
  ])('change nothing where they are %s', (_, values) => {
    expect(valuesOf({ values })).toEqual(ours);
  });
});

describe('the address of MLflow', () => {
  const host = (config: NonNullable<FairConfig['charts']>['mlflow']) => {
    const { deployDocuments } = build({ fair: fair({ charts: { mlflow: config } }) }).platform;
    return (deployDocuments['values/mlflow.yaml'] as ReturnType<typeof mlflowValues>).extraArgs.host;
  };
  const values = { log: { enabled: false } };

  it('is in the form of the server that the chart starts, unless it is given', () => {
    expect(host({})).toBe('[::]');
    expect(host({ values: { log: { level: 'debug' } } })).toBe('[::]');
    expect(host({ values })).toBe('::');
    expect(host({ values, workers: 1 })).toBe('');
    expect(host({ values: { ...values, extraArgs: { host: '10.0.0.1' } } })).toBe('10.0.0.1');
  });
});

describe('the pipelines of fAIr', () => {
  const documents = (entry: FairConfig, changes: Partial<PlatformConfig> = {}) =>
    build({ fair: fair(entry) }, changes).platform.deployFiles;

  it('run in the cluster of the environment, unless they name another', () => {
    expect(documents(full)['zenml/k8s.yaml']).toContain('kubernetes_context: test-admin\n');
    const elsewhere = { ...full, pipelines: { ...pipelines, context: 'elsewhere' } };
    expect(documents(elsewhere)['zenml/k8s.yaml']).toContain('kubernetes_context: elsewhere\n');
  });

  it('are of the version of ZenML that the chart has, on the machine and in the cluster', () => {
    const zenml = { chart: charts.zenml094 };
    for (const path of ['zenml/k8s.yaml', 'zenml/local.yaml']) {
      expect(documents(full)[path]).toContain('zenml_version: 0.93.3\n');
      expect(documents({ ...full, charts: { zenml } })[path]).toContain('zenml_version: 0.94.2\n');
    }
  });

  it('run on the machine itself where the environment is local, through the ports that are forwarded', () => {
    expect(documents(full)['zenml/local.yaml']).toContain('endpoint_url: http://localhost:9000\n');
    const moved = documents({ ...full, localPorts: { minio: 9100, mlflow: 5100 } })['zenml/local.yaml'];
    expect(moved).toContain('endpoint_url: http://localhost:9100\n');
    expect(moved).toContain('tracking_uri: http://localhost:5100\n');
    expect(Object.keys(documents(full, { local: false }))).not.toContain('zenml/local.yaml');
  });
});

describe('the day of fAIr', () => {
  const built = (changes: Partial<PlatformConfig> = {}, entry: FairConfig = full) =>
    build({ fair: fair(entry) }, changes).platform;

  it('has the variables that its programs read, through the ports that are forwarded', () => {
    expect(built({}, { ...full, localPorts: { postgres: 5433 } }).deployFiles['fair.env']?.split('\n')).toEqual([
      '# Generated by synth from the configuration of the environment: edit that, not this file.',
      '# In a shell: set -a; . deploy/fair.env; set +a',
      'ZENML_STORE_URL=http://localhost:8080',
      'FAIR_ZENML_STORE_URL=http://localhost:8080',
      'FAIR_STAC_API_URL=http://localhost:8082',
      'FAIR_DSN=postgresql://fair_models:fair_models@localhost:5433/fair_models',
      'FAIR_LABEL_DOMAIN=fair.dev',
      'AWS_ENDPOINT_URL=http://localhost:9000',
      'AWS_ACCESS_KEY_ID=minioadmin',
      'AWS_SECRET_ACCESS_KEY=minioadmin',
      'MLFLOW_TRACKING_URI=http://localhost:5000',
      '',
    ]);
  });

  it('holds no credential where the environment is not local: a token is given for an API key alone', () => {
    const { deployFiles, days } = built({ local: false });
    expect(Object.keys(deployFiles)).not.toContain('fair.env');
    expect(JSON.stringify(days)).not.toMatch(/minioadmin|FAIR_DSN|"form"|"data"/);
    expect(days.fair?.login).toMatchObject({ keyVariable: 'ZENML_STORE_API_KEY' });
  });

  it('asks for a client of the version of the server, and imports both stacks, that of the machine last', () => {
    const { days } = built({}, { ...full, charts: { zenml: { chart: charts.zenml094 } } });
    expect(days.fair?.clients).toMatchObject([{ program: 'zenml', version: '0.94.2' }]);
    expect(days.fair?.registrations?.map(({ file }) => file)).toEqual(['zenml/k8s.yaml', 'zenml/local.yaml']);
  });

  it('needs no client and no login without ZenML', () => {
    const { days } = built({}, { ...full, charts: {} });
    expect([days.fair?.clients, days.fair?.login, days.fair?.registrations]).toEqual([undefined, undefined, []]);
  });
});

describe('two fAIrs in one environment', () => {
  const localPorts = Object.fromEntries(Object.entries(LOCAL_PORTS).map(([name, port]) => [name, port + 100]));
  const separate = { ...pipelines, namespace: 'other-pipelines' };
  const { app, platform } = build({ fair: fair(full), other: fair({ ...full, localPorts, pipelines: separate }) });
  const { deployFiles } = platform;

  it('are two stacks in namespaces of their own, with pipelines of their own', () => {
    expect(app.charts.map(({ namespace }) => namespace)).toEqual(['fair', 'other', 'other-pipelines']);
    expect(() => synth(app)).not.toThrow();
  });

  it('have releases, values and documents apart', () => {
    expect(releasesOf(platform).map(({ namespace, name, values }) => [`${namespace}/${name}`, values?.[0]])).toEqual(
      ['fair', 'other'].flatMap((namespace) =>
        ['stac', 'mlflow', 'zenml'].map((name) => [`${namespace}/${name}`, `values/${namespace}.${name}.yaml`]),
      ),
    );
    expect(deployFiles['values/other.stac.yaml']).toContain('name: stac-db\n');
    expect(deployFiles['values/other.zenml.yaml']).toContain('@postgres.other.svc:5432/');
    expect(deployFiles['zenml/k8s.yaml']).toContain('kubernetes_namespace: fair\n');
    expect(deployFiles['other/zenml/k8s.yaml']).toContain('kubernetes_namespace: other-pipelines\n');
    expect(deployFiles['other/zenml/local.yaml']).toContain('endpoint_url: http://localhost:9100\n');
  });

  it('are forwarded to ports of their own, by names of their own', () => {
    const ports = platform.ports.map(({ name, local, namespace }) => `${name} ${local} ${namespace}`);
    expect(ports).toContain('zenml 8080 fair');
    expect(ports).toContain('other-zenml 8180 other');
    expect(ports).toHaveLength(2 * Object.keys(LOCAL_PORTS).length);
    expect(platform.ports.find(({ name }) => name === 'other-postgres')?.url).toBe('postgresql://localhost:5532');
  });

  it('are what they are where only one of them is selected, but for the folder of its documents', () => {
    const { platform: alone } = build({ fair: fair(full), other: fair({ ...full, localPorts }) }, {}, 'other');
    expect(alone.ports.map(({ name }) => name)).toContain('other-zenml');
    expect(releasesOf(alone).map(({ namespace }) => namespace)).toEqual(Array(3).fill('other'));
  });

  it('fails where both are forwarded to one port', () => {
    expect(() => build({ fair: fair({}), other: fair({}) })).toThrow(
      "forwarded port 'other-minio': 'local' must be a port of its own ('minio' has it already), got 9000",
    );
  });
});
