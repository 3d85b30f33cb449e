import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { delta } from '../../../lib/platform/delta/delta';
import { container, files, objects, only, workload } from './comparisons';
import { namespace, object, output, release, waitHook } from './samples';

describe('a difference is about', () => {
  it('scale, where it is a number of replicas', () => {
    expect(objects([workload('Deployment', { replicas: 1 })], [workload('Deployment', { replicas: 3 })])).toMatchObject(
      only('scale', { of: 'Deployment fair/api', label: 'replicas', path: 'spec.replicas', from: 1, to: 3 }),
    );
    expect(files(release({ replicaCount: 1 }), release({ replicaCount: 2 }))).toMatchObject(
      only('scale', { of: 'release mlflow', label: 'replicas', path: 'values.replicaCount', from: 1, to: 2 }),
    );
  });

  it('scale, where only one has an autoscaler or a disruption budget', () => {
    expect(objects([], [object('PodDisruptionBudget', 'fair/api', { spec: {} })])).toMatchObject(
      only('scale', { of: 'PodDisruptionBudget fair/api', label: 'disruption budget', to: 'present' }),
    );
  });

  it('resources, where it is a request or a limit of a container', () => {
    const [small, large] = ['1Gi', '2Gi'].map((memory) =>
      workload('Deployment', container({ resources: { limits: { memory } } })),
    );
    expect(objects([small as Manifest], [large as Manifest])).toMatchObject(
      only('resources', {
        of: 'Deployment fair/api',
        label: 'memory limit',
        path: 'spec.template.spec.containers[main].resources.limits.memory',
        from: '1Gi',
        to: '2Gi',
      }),
    );
  });

  it('exposure, where it is a route, a port or a host name', () => {
    const ingress = object('Ingress', 'fair/api', { spec: { rules: [] } });
    expect(objects([], [ingress])).toMatchObject(
      only('exposure', { of: 'Ingress fair/api', label: 'route', to: 'present' }),
    );
    expect(files(release({}), release({ ingress: { enabled: true } }))).toMatchObject(
      only('exposure', {
        of: 'release mlflow',
        label: 'host name and TLS',
        path: 'values.ingress',
        to: { enabled: true },
      }),
    );
  });

  it('security, where it is a policy, an account or a login', () => {
    const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    expect(objects([namespace('fair', 'fair')], [namespace('fair', 'fair', restricted)])).toMatchObject(
      only('security', {
        of: 'Namespace fair',
        label: 'Pod Security',
        path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
        to: 'restricted',
      }),
    );
    expect(objects([], [object('NetworkPolicy', 'fair/deny')])).toMatchObject({
      groups: { security: [{ to: 'present' }] },
    });
    expect(files(release({}), release({ auth: { enabled: true } }))).toMatchObject({
      groups: { security: [{ label: 'who may log in' }] },
    });
  });

  it('storage, where it is a volume or a class of volumes', () => {
    const claim = (storage: string) =>
      object('PersistentVolumeClaim', 'fair/data', { spec: { resources: { requests: { storage } } } });
    expect(objects([claim('5Gi')], [claim('50Gi')])).toMatchObject({
      groups: { storage: [{ from: '5Gi', to: '50Gi' }] },
    });
    expect(objects([], [object('StorageClass', 'gp3')])).toMatchObject({
      groups: { storage: [{ of: 'StorageClass gp3' }] },
    });
  });

  it('placement, where it is a choice of nodes, which is one decision', () => {
    const on = (nodeSelector: Manifest) => workload('Deployment', { template: { spec: { nodeSelector } } });
    expect(objects([on({ a: '1', b: '2' })], [on({ c: '3' })])).toMatchObject(
      only('placement', {
        of: 'Deployment fair/api',
        label: 'nodes',
        path: 'spec.template.spec.nodeSelector',
        from: { a: '1', b: '2' },
        to: { c: '3' },
      }),
    );
  });

  it('releases, where it is a version, an image, or a release that is on in one of them', () => {
    expect(files(release({}), release({}, { version: '1.9.0' }))).toMatchObject(
      only('releases', { of: 'release mlflow', label: 'version', path: 'version', from: '1.8.1', to: '1.9.0' }),
    );
    expect(files(release({}, { installed: false }), release({ a: 1 }))).toMatchObject(
      only('releases', { of: 'release mlflow', label: 'release', to: 'present' }),
    );
  });

  it('backends, where it is what a release waits for, in whatever context', () => {
    const waiting = (context: string, resource: string) =>
      release({}, { hooks: [waitHook(context, '--for=condition=Ready', resource)] });
    expect(files(waiting('here', 'clusters/a'), waiting('there', 'clusters/a'))).toMatchObject({
      groups: {},
      drift: [],
    });
    expect(files(waiting('here', 'clusters/a'), waiting('there', 'clusters/b'))).toMatchObject(
      only('backends', {
        of: 'release mlflow',
        label: 'server that it waits for',
        path: 'waitFor.ready',
        from: ['--for=condition=Ready', 'clusters/a'],
        to: ['--for=condition=Ready', 'clusters/b'],
      }),
    );
  });

  it('placement, where it is the context that helm is told', () => {
    const helmfile = (kubeContext: string) => ({ 'helmfile.yaml': { helmDefaults: { kubeContext }, releases: [] } });
    expect(files(helmfile('here'), helmfile('there'))).toMatchObject(
      only('placement', { of: 'helmfile', label: 'cluster', path: 'kubeContext', from: 'here', to: 'there' }),
    );
  });

  it('of each of two releases that have one name, by their namespaces', () => {
    const releases = (...versions: string[]) => ({
      'helmfile.yaml': {
        helmDefaults: {},
        releases: versions.map((version, index) => ({ name: 'mlflow', namespace: `n${index}`, version })),
      },
    });
    expect(files(releases('1', '1'), releases('1', '2'))).toMatchObject(
      only('releases', { of: 'release n1/mlflow', label: 'version', path: 'version', from: '1', to: '2' }),
    );
  });

  it('secrets, where it is who makes them and what they have, and never what is in them', () => {
    const data = { username: 'dXNlcg==', password: 'cGFzcw==' };
    const written = object('Secret', 'fair/db', { apiVersion: 'v1', type: 'Opaque', data });
    const required = (keys: Manifest) => ({
      'secrets.json': { secrets: [{ namespace: 'fair', name: 'db', type: 'Opaque', keys }] },
    });
    const from = output('dev', [written]);
    const to = output('prod', [], required({ username: {}, password: {} }));
    const found = delta(from, to);
    expect(found).toMatchObject(
      only('secrets', {
        of: 'Secret fair/db',
        label: 'where it comes from',
        path: 'origin',
        from: 'written, with documented values',
        to: 'has to exist',
      }),
    );
    expect(JSON.stringify(found)).not.toContain('cGFzcw');
    expect(delta(from, output('prod', [], required({ password: {} })))).toMatchObject({
      groups: { secrets: [{ path: 'keys', from: ['password', 'username'], to: ['password'] }, { path: 'origin' }] },
    });
    expect(delta(output('dev'), to)).toMatchObject({
      groups: { secrets: [{ of: 'Secret fair/db', to: 'has to exist' }] },
    });
  });

  it('secrets, whichever operator makes them', () => {
    const sealed = object('SealedSecret', 'fair/db', {
      spec: { encryptedData: { password: 'AgA' }, template: { data: { username: 'x' } } },
    });
    const external = object('ExternalSecret', 'fair/db', { spec: { data: [] } });
    const stored = {
      namespace: 'fair',
      name: 'db',
      type: 'Opaque',
      keys: { username: {}, password: {} },
      stored: { store: 'aws' },
    };
    const found = delta(output('a', [sealed]), output('b', [external], { 'secrets.json': { secrets: [stored] } }));
    expect(found).toMatchObject(
      only('secrets', {
        of: 'Secret fair/db',
        label: 'where it comes from',
        path: 'origin',
        from: 'written, encrypted',
        to: 'from the store aws',
      }),
    );
  });
});
