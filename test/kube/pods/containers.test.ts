import { Duration, Size } from 'cdk8s';
import { Cpu, k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { type ContainerProps, container, notEmpty } from '../../../lib/kube/pods/containers';
import { execProbe, httpProbe, tcpProbe } from '../../../lib/kube/pods/probes';
import { Volume } from '../../../lib/kube/pods/volumes';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { container as minimal, resources } from '../../support/samples';
import { expectEachPropToMatter, testChart } from '../../support/synth';

const chart = testChart();
const tmp = Volume.scratch('tmp');

const all: Required<Omit<ContainerProps, 'restartPolicy'>> = {
  name: 'main',
  image: 'example.org/server:1.2.3',
  imagePullPolicy: 'Always',
  command: ['/bin/server'],
  args: ['--verbose'],
  ports: { http: 8080 },
  env: { ZONE: 'eu' },
  envFrom: [{ secret: new SecretRef('keys') }],
  resources,
  extendedResources: { 'nvidia.com/gpu': 1 },
  probes: { readiness: httpProbe('/ready', 'http') },
  mounts: [{ volume: tmp, path: '/tmp' }],
  preStop: ['sleep', '5'],
  user: 70,
  readOnlyRootFilesystem: false,
};

describe('a container with minimal props', () => {
  it('is restricted, pinned, and has no fields beyond its props', () => {
    expect(written(minimal)).toEqual({
      name: 'main',
      image: 'example.org/server:1.2.3',
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
    });
  });
});

describe('a container with all props', () => {
  it('has each of them', () => {
    expect(written(all)).toEqual({
      name: 'main',
      image: 'example.org/server:1.2.3',
      imagePullPolicy: 'Always',
      command: ['/bin/server'],
      args: ['--verbose'],
      ports: [{ name: 'http', containerPort: 8080 }],
      env: [{ name: 'ZONE', value: 'eu' }],
      envFrom: [{ secretRef: { name: 'keys' } }],
      resources: {
        requests: { cpu: '100m', memory: '64Mi', 'nvidia.com/gpu': '1' },
        limits: { memory: '128Mi', 'nvidia.com/gpu': '1' },
      },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: false,
        runAsUser: 70,
      },
    });
  });

  it('changes with each of them', () => {
    expectEachPropToMatter<Omit<ContainerProps, 'restartPolicy'>>((props) => container(chart, props), all, {
      name: 'other',
      image: 'example.org/server:1.2.4',
      imagePullPolicy: 'Never',
      command: ['/bin/other'],
      args: ['--quiet'],
      ports: { http: 8081 },
      env: { ZONE: 'us' },
      envFrom: [{ configMap: { name: 'settings' } }],
      resources: { ...resources, limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) } },
      extendedResources: { 'nvidia.com/gpu': 2 },
      probes: { readiness: httpProbe('/live', 'http') },
      mounts: [{ volume: tmp, path: '/tmp', subPath: 'a', readOnly: true }],
      preStop: ['sleep', '6'],
      user: 71,
      readOnlyRootFilesystem: true,
    });
  });
});

it('an init container with a restart policy is a sidecar', () => {
  expect(container(chart, { ...minimal, restartPolicy: 'Always' }, true).restartPolicy).toBe('Always');
});

describe('a container', () => {
  it('has each of its three probes', () => {
    const probes = {
      startup: tcpProbe('http', { failureThreshold: 60 }),
      readiness: httpProbe('/ready', 'http'),
      liveness: execProbe(['true'], { period: Duration.seconds(20) }),
    };
    expect(written({ ...minimal, ports: { http: 80 }, probes })).toMatchObject({
      startupProbe: { tcpSocket: { port: 'http' }, failureThreshold: 60 },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      livenessProbe: { exec: { command: ['true'] }, periodSeconds: 20 },
    });
  });

  it('mounts a part of a volume, read-only', () => {
    const mounts = [{ volume: tmp, path: '/etc/app', subPath: 'app', readOnly: true }];
    expect(written({ ...minimal, mounts }).volumeMounts).toEqual([
      { name: 'tmp', mountPath: '/etc/app', subPath: 'app', readOnly: true },
    ]);
  });

  it('omits readOnly where it is false: the API server drops it', () => {
    const mounts = [{ volume: tmp, path: '/tmp', readOnly: false }];
    expect(written({ ...minimal, mounts }).volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  });

  it('writes no empty lists', () => {
    expect(written({ ...minimal, ports: {}, env: {}, envFrom: [], mounts: [], extendedResources: {} })).toEqual(
      written(minimal),
    );
  });

  it('takes its image from the registry of the environment, unless it is never pulled', () => {
    const mirrored = testChart({ images: { registry: 'registry.example.org' } });
    expect(container(mirrored, minimal).image).toBe('registry.example.org/server:1.2.3');
    expect(container(mirrored, { ...minimal, imagePullPolicy: 'Never' }).image).toBe('example.org/server:1.2.3');
  });
});

describe('a container at synth', () => {
  it.each<[string, Partial<ContainerProps>, string]>([
    [
      'a name that is no DNS label',
      { name: 'Main' },
      "'containers.name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'Main'",
    ],
    [
      'an image without a tag',
      { image: 'postgres' },
      "'container 'main' image' must be pinned by a tag other than 'latest', or by a digest, got 'postgres'",
    ],
    [
      'a port that is none',
      { ports: { http: 0 } },
      "'container 'main' ports.http' must be a port from 1 to 65535, got 0",
    ],
    ...['a'.repeat(16), 'Http', '9000', 'a--b', '-a', 'a-', ''].map(
      (name): [string, Partial<ContainerProps>, string] => [
        `the port name '${name}'`,
        { ports: { [name]: 80 } },
        `'container 'main' ports' must have names of at most 15 lower-case letters, digits and single inner '-', with a letter, got '${name}'`,
      ],
    ),
    [
      'a probe of a port that it does not have',
      { ports: { http: 80, metrics: 90 }, probes: { startup: httpProbe('/', 'htttp') } },
      "'container 'main' probes.startup' must be one of 'http', 'metrics', got 'htttp'",
    ],
    [
      'a probe without any port',
      { probes: { liveness: tcpProbe('http') } },
      "'container 'main' probes.liveness' must be one of (none), got 'http'",
    ],
    [
      'two mounts at one path',
      {
        mounts: [
          { volume: tmp, path: '/tmp' },
          { volume: Volume.scratch('other'), path: '/tmp' },
        ],
      },
      "'container 'main' mounts.path' must have no duplicates, got '/tmp'",
    ],
    [
      'half a GPU',
      { extendedResources: { 'nvidia.com/gpu': 0.5 } },
      "'container 'main' resources.nvidia.com/gpu' must be a whole number from 1, got 0.5",
    ],
    [
      'more memory requested than allowed',
      { resources: { requests: resources.requests, limits: { memory: Size.mebibytes(32) } } },
      "'container 'main' resources.requests.memory' must be at most the limit of 32Mi, got '64Mi'",
    ],
    [
      'an environment variable with an impossible name',
      { env: { 'A B': '' } },
      "'env' must have names of letters, digits, '-', '_' and '.', got 'A B'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => container(chart, { ...minimal, ...props })).toThrow(`demo: ${message}`);
  });

  it('takes a probe of a port by its number as it is', () => {
    const startup: k8s.Probe = { tcpSocket: { port: k8s.IntOrString.fromNumber(80) } };
    expect(() => container(chart, { ...minimal, probes: { startup } })).not.toThrow();
  });
});

it('an empty list is nothing', () => {
  expect(notEmpty([])).toBeUndefined();
  expect(notEmpty([0])).toEqual([0]);
});

/** A container as it is written. */
function written(props: ContainerProps) {
  const { spec } = k8s.KubePod.manifest({
    spec: { containers: [container(testChart(), props)] },
  });
  return JSON.parse(JSON.stringify(spec.containers[0]));
}
