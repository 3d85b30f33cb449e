import { describe, expect, test } from 'vitest';
import type { ImageSettings } from '../../../lib/kube/pods/images';
import type { Release } from '../../../lib/platform/releases/release';
import type { EoapiChart } from '../../../lib/stacks/fair/charts/eoapi-versions';
import { charts } from '../../../lib/versions';
import { baselineViolations, restrictedViolations } from './pod-security';
import { containersOf, podsOf, type RenderedObject, render, unrenderable } from './render';
import { gpuPool, infraPool, mirroredScope, releases } from './samples';

const all = releases();
const reason = unrenderable(all);
if (reason !== '') console.warn(`render.test.ts does not run: ${reason}`);
const rendered = new Map(reason === '' ? all.map((release) => [release.name, render(release)]) : []);

function objects(name: string): readonly RenderedObject[] {
  return rendered.get(name) ?? [];
}

function pod(name: string, owner: string) {
  const found = podsOf(objects(name)).get(owner);
  if (found === undefined) throw new Error(`${name} has no ${owner}, only ${[...podsOf(objects(name)).keys()]}`);
  return found;
}

/** The key of a Secret that each variable of a container reads. */
function secretKeys(name: string, owner: string): Record<string, string> {
  return Object.fromEntries(
    containersOf(pod(name, owner))
      .flatMap(({ env = [] }) => env)
      .flatMap(({ name: variable, valueFrom }) =>
        valueFrom?.secretKeyRef === undefined
          ? []
          : [[variable, `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`]],
      ),
  );
}

describe.skipIf(reason !== '')(`the rendered charts${reason && ` (${reason})`}`, () => {
  test.each(all)('give requests and limits to every container of $name', ({ name }) => {
    for (const [owner, spec] of podsOf(objects(name))) {
      for (const { name: container, resources } of containersOf(spec)) {
        const amount = { cpu: expect.any(String), memory: expect.any(String) };
        expect(resources, `${owner} ${container}`).toEqual({ requests: amount, limits: amount });
      }
    }
    expect(podsOf(objects(name)).size).toBeGreaterThan(0);
  });

  test.each(all)('hold no password of $name', ({ name }) => {
    for (const spec of podsOf(objects(name)).values()) {
      for (const { name: variable, value } of containersOf(spec).flatMap(({ env = [] }) => env)) {
        if (/PASS|ACCESS_KEY|TOKEN/.test(variable)) expect(value, variable).toBeUndefined();
        if (value?.includes('://')) expect(value).not.toMatch(/:\/\/[^/@]*:(?!\$\()[^/@]*@/);
      }
    }
    const written = objects(name).filter(({ kind }) => kind === 'Secret');
    const generated = ['MLFLOW_FLASK_SERVER_SECRET_KEY', 'ZENML_SERVER_JWT_SECRET_KEY', 'ZENML_STORE_URL'];
    const keys = written.flatMap(({ data }) => Object.keys(data ?? {}));
    expect(keys.filter((key) => !generated.includes(key))).toEqual([]);
    for (const { data } of written) {
      const url = Buffer.from(data?.ZENML_STORE_URL ?? '', 'base64').toString();
      expect(['', 'postgresql://zenml@postgres.fair.svc:5432/zenml']).toContain(url);
    }
  });

  test.each(all)('name no variable of $name twice: server-side apply refuses that', ({ name }) => {
    for (const { env = [] } of [...podsOf(objects(name)).values()].flatMap(containersOf)) {
      const names = env.map((variable) => variable.name);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('read the credentials from the Secrets and keys that are written for them', () => {
    const stac = {
      PGUSER: 'stac-db/username',
      PGPASSWORD: 'stac-db/password',
      PGHOST: 'stac-db/host',
      PGPORT: 'stac-db/port',
      PGDATABASE: 'stac-db/database',
    };
    expect(secretKeys('stac', 'Deployment/stac-stac')).toMatchObject(stac);
    expect(secretKeys('stac', 'Job/stac-pgstac-migrate')).toMatchObject(stac);
    expect(secretKeys('mlflow', 'Deployment/mlflow')).toEqual({
      PGUSER: 'mlflow-db/username',
      PGPASSWORD: 'mlflow-db/password',
      AWS_ACCESS_KEY_ID: 's3-credentials/AWS_ACCESS_KEY_ID',
      AWS_SECRET_ACCESS_KEY: 's3-credentials/AWS_SECRET_ACCESS_KEY',
    });
    for (const owner of ['Deployment/zenml', 'Job/zenml-db-migration']) {
      expect(secretKeys('zenml', owner)).toEqual({ ZENML_STORE_PASSWORD: 'zenml-db/password' });
    }
  });

  test('meet restricted with MLflow, ZenML and metrics-server, and baseline with the STAC API', () => {
    for (const name of ['mlflow', 'zenml', 'metrics-server'] as const) {
      for (const spec of podsOf(objects(name)).values()) expect(restrictedViolations(spec)).toEqual([]);
    }
    for (const spec of podsOf(objects('stac')).values()) expect(baselineViolations(spec)).toEqual([]);
  });

  test('serve the STAC API alone, without a prefix', () => {
    expect([...podsOf(objects('stac')).keys()].sort()).toEqual(['Deployment/stac-stac', 'Job/stac-pgstac-migrate']);
    expect(objects('stac').filter(({ kind }) => kind === 'Ingress')).toEqual([]);
    const [api] = pod('stac', 'Deployment/stac-stac').containers;
    expect(api?.command?.filter((argument) => argument.startsWith('--root-path'))).toEqual([]);
  });

  test('migrate before the release: `--wait` would wait for what waits for a later hook', () => {
    const hooks = objects('stac').filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined);
    expect(
      hooks.map(({ kind, metadata }) => [
        kind,
        metadata.annotations?.['helm.sh/hook'],
        metadata.annotations?.['helm.sh/hook-weight'],
      ]),
    ).toEqual([
      ['ConfigMap', 'pre-install,pre-upgrade', '-7'],
      ['Job', 'pre-install,pre-upgrade', '-5'],
    ]);
    // The init container looks for the Job: it has to be there still.
    const policy = hooks.map(({ metadata }) => metadata.annotations?.['helm.sh/hook-delete-policy']);
    expect(policy[1]).toBe('before-hook-creation');
  });

  test('put their pods on the pool that was asked for', () => {
    for (const name of ['mlflow', 'zenml'] as const) {
      for (const spec of podsOf(objects(name)).values()) {
        expect(spec.nodeSelector).toEqual(infraPool.selector);
        expect(spec.tolerations).toEqual(infraPool.tolerations);
      }
    }
    for (const spec of podsOf(objects('stac')).values()) {
      expect(JSON.stringify(spec.affinity)).toContain('"key":"fair.dev/role","operator":"In","values":["infra"]');
      expect(spec.tolerations).toEqual(infraPool.tolerations);
    }
  });

  test('put the device plug-in on the GPU pool, with its runtime', () => {
    const plugin = pod('nvidia-device-plugin', 'DaemonSet/nvidia-device-plugin');
    expect(plugin.runtimeClassName).toBe('nvidia');
    expect(plugin.tolerations).toEqual(gpuPool.tolerations);
    expect(plugin.nodeSelector).toBeUndefined();
    expect(plugin.affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'fair.dev/role', operator: 'In', values: ['train'] }] }],
        },
      },
    });
    expect(plugin.containers[0]?.env).toContainEqual({ name: 'DEVICE_DISCOVERY_STRATEGY', value: 'nvml' });
    // Its second DaemonSet stays without pods: no node has the label that it asks for.
    const mps = pod('nvidia-device-plugin', 'DaemonSet/nvidia-device-plugin-mps-control-daemon');
    expect(mps.nodeSelector).toEqual({ 'nvidia.com/mps.capable': 'true' });
    expect(gpuPool.labels).not.toHaveProperty(['nvidia.com/mps.capable']);
  });

  test('trust the kubelets of kind', () => {
    const [server] = pod('metrics-server', 'Deployment/metrics-server').containers;
    expect(server?.args).toContain('--kubelet-insecure-tls');
  });
});

/** Every release whose values are typed here, made for a registry of the environment. */
function mirrored(digests?: ImageSettings['digests']): Release[] {
  const of = (eoapi: EoapiChart) => releases(mirroredScope(digests), eoapi);
  const stac = [charts.eoapi0122, charts.eoapi015].flatMap((eoapi) => of(eoapi).filter(({ name }) => name === 'stac'));
  return [...of(charts.eoapi), ...stac];
}

/** Images of a release that do not come from the registry. */
function outside(release: Release): string[] {
  const images = [...podsOf(render(release)).values()].flatMap(containersOf).map(({ image }) => image);
  expect(images).not.toEqual([]);
  for (const image of images) expect(image).toMatch(/:[\w.-]*\d[\w.-]*(@sha256:[0-9a-f]{64})?$/);
  return images.filter((image) => !image.startsWith('registry.example.org/mirror/'));
}

describe('the registry of an environment', () => {
  for (const release of mirrored()) {
    const { name, chart } = release;
    const missing = unrenderable([release]);
    test.skipIf(missing !== '')(`is where all images of ${name} ${chart.version} come from ${missing}`, () => {
      // The one exception, of which the synth has a note: these charts have no value for it.
      const own = name === 'stac' && chart.version !== '0.15.0' ? ['alpine/kubectl:1.34.1'] : [];
      expect(outside(release)).toEqual(own);
      // The chart of the STAC API has no value for pull Secrets: its accounts have them.
      for (const [owner, spec] of name === 'stac' ? [] : podsOf(render(release))) {
        expect(spec.imagePullSecrets, owner).toEqual([{ name: 'mirror-login' }]);
      }
    });
  }

  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const digests = Object.fromEntries(
    Object.values(charts).flatMap((chart) =>
      Object.values(chart).flatMap((text) =>
        /^[\w.-]+\/.+:/.test(text) && !text.includes('//') ? [[text, digest]] : [],
      ),
    ),
  );
  for (const release of mirrored(digests)) {
    const { name, chart } = release;
    const missing = unrenderable([release]);
    test.skipIf(missing !== '')(`takes images of ${name} ${chart.version} by their digests ${missing}`, () => {
      const objects = render(release);
      const images = [...podsOf(objects).values()].flatMap(containersOf).map(({ image }) => image);
      for (const image of images) if (!image.startsWith('alpine/kubectl')) expect(image).toMatch(/:.+@sha256:/);
      // A label must not have the tag: '@' is no character of it.
      const labels = objects.flatMap(({ metadata, spec }) => [metadata, spec?.template?.metadata]);
      expect(JSON.stringify(labels.map((each) => each?.labels))).not.toContain('@');
    });
  }
});
