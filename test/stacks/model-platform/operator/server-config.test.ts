import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NodePool } from '../../../../lib/kube/nodes/node-pools';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import { modelDeploymentObjects } from '../../../../lib/stacks/model-platform/model-deployment-objects';
import type { ModelServer } from '../../../../lib/stacks/model-platform/model-server';
import { modelServerJson, parseModelServer } from '../../../../lib/stacks/model-platform/operator/server-config';

const PATH = '/etc/ml-operator/server.json';
const registry = { host: 'registry.demo.svc', port: 8000, url: 'http://registry.demo.svc:8000' };
const server: ModelServer = { image: 'example.org/inference-server:1.0.0', registry };
const metadata = { name: 'iris', namespace: 'ml-models', uid: '0a1b' };

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
const path = name.map((text) => `/${text}`);
const size = fc.integer({ min: 2 ** 20, max: 2 ** 30 }).map((amount) => Size.kibibytes(amount));
const id = fc.integer({ min: 1, max: 65535 });
const taint = fc.record({
  key: name,
  value: optional(name),
  effect: fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
});
const timing = (min: number) =>
  fc.record({
    initialDelay: optional(fc.nat(60).map((seconds) => Duration.seconds(seconds))),
    period: fc.integer({ min, max: min + 20 }).map((seconds) => Duration.seconds(seconds)),
    timeout: optional(fc.integer({ min: 1, max: 9 }).map((seconds) => Duration.seconds(seconds))),
    failureThreshold: fc.constant(6),
  });

const servers: fc.Arbitrary<ModelServer> = fc.record({
  image: name.map((text) => `example.org/${text}:1.0.0`),
  imagePullPolicy: optional(fc.constantFrom('Always', 'IfNotPresent', 'Never')),
  registry: fc
    .tuple(name, id)
    .map(([host, port]) => ({ host: `${host}.ml.svc`, port, url: `http://${host}.ml.svc:${port}` })),
  port: optional(id),
  user: optional(fc.record({ user: id, group: optional(id), fsGroup: optional(id) })),
  health: optional(
    fc.record({
      path: optional(path),
      readyPath: optional(path),
      startupPath: optional(path),
      startupTimeout: optional(fc.integer({ min: 1, max: 3600 }).map((seconds) => Duration.seconds(seconds))),
      readiness: optional(timing(1)),
      liveness: optional(timing(40)),
    }),
  ),
  modelCache: optional(
    fc.oneof(
      fc.record({ path, sizeLimit: size }),
      fc.record({ path, claimName: name, accessMode: fc.constantFrom('ReadWriteMany', 'ReadOnlyMany') }),
    ),
  ),
  downloadSecret: optional(fc.tuple(name, optional(name)).map(([secret, checksum]) => new SecretRef(secret, checksum))),
  nodePool: optional(
    fc
      .record({
        name,
        labels: fc.dictionary(name, name, { maxKeys: 3 }),
        taints: optional(fc.array(taint, { maxLength: 2 })),
        nodes: optional(fc.nat(3).map((min) => ({ min, max: min + 1 }))),
        zones: optional(fc.integer({ min: 1, max: 3 })),
        capacity: fc.record({
          cpu: fc.integer({ min: 2000, max: 3_000_000 }).map((millis) => Cpu.millis(millis)),
          memory: fc.integer({ min: 4, max: 512 }).map((gibibytes) => Size.gibibytes(gibibytes)),
        }),
        gpus: optional(fc.constant({ count: 2, sharing: { timeSlicing: { replicas: 4 } } })),
      })
      .map((props) => new NodePool(props)),
  ),
});

const specs = fc.record({
  modelName: name,
  modelVersion: id,
  replicas: fc.integer({ min: 1, max: 10 }),
  autoscaling: optional(fc.constant({ enabled: true, minReplicas: 2, maxReplicas: 4 })),
});

/** The objects, or why there are none: the nodes of a small pool have no room for ten pods. */
function made(spec: object, settings: ModelServer): readonly object[] | string {
  try {
    return modelDeploymentObjects({ metadata, spec }, settings);
  } catch (error) {
    return String(error);
  }
}

describe('the settings of the server as a file', () => {
  test('make the objects that the settings themselves make, whatever they are', () => {
    fc.assert(
      fc.property(servers, specs, (settings, spec) => {
        const read = parseModelServer(modelServerJson(settings), PATH);
        expect(made(spec, read)).toEqual(made(spec, settings));
        expect(modelServerJson(read)).toBe(modelServerJson(settings));
      }),
      { numRuns: 60 },
    );
  });

  it('say what is left to a default, so that an operator of another version takes the same', () => {
    expect(JSON.parse(modelServerJson(server))).toEqual({
      image: 'example.org/inference-server:1.0.0',
      imagePullPolicy: 'IfNotPresent',
      registry,
      port: 8001,
      user: { user: 1000 },
      health: { readyPath: '/model-info' },
      modelCache: { path: '/tmp', sizeLimit: '1Gi' },
    });
  });

  const changed = (changes: object) => JSON.stringify({ ...JSON.parse(modelServerJson(server)), ...changes });
  const pool = { name: 'gpu', labels: {}, capacity: { cpu: '4', memory: '8Gi' } };

  it.each([
    ['no JSON', '{', "'content' must be JSON, got '{'"],
    [
      'an unknown property',
      changed({ prot: 1 }),
      "'prot' must be a known property (image, imagePullPolicy, registry, port, user, health, modelCache, downloadSecret, nodePool), got 1",
    ],
    [
      'another form',
      changed({ health: { startupTimeoutSeconds: '10m' } }),
      "'health.startupTimeoutSeconds' must be a number or be left out, got '10m'",
    ],
    [
      'a time before now',
      changed({ health: { startupTimeoutSeconds: -1 } }),
      "'health.startupTimeoutSeconds' must be a whole number from 0, got -1",
    ],
    [
      'an amount without a unit',
      changed({ modelCache: { path: '/tmp', sizeLimit: '1' } }),
      "'modelCache.sizeLimit' must be an amount like 512Mi or 2Gi, got '1'",
    ],
    [
      'a cache that is nowhere',
      changed({ modelCache: { path: '/tmp' } }),
      `'modelCache' must have 'sizeLimit', or 'claimName' and 'accessMode', got {"path":"/tmp"}`,
    ],
    [
      'CPU in words',
      changed({ nodePool: { ...pool, capacity: { cpu: 'four', memory: '8Gi' } } }),
      "'nodePool.capacity.cpu' must be an amount like 4 or 500m, got 'four'",
    ],
    [
      'a pool that cannot be',
      changed({ nodePool: { ...pool, zones: 0 } }),
      "node pool 'gpu': 'zones' must be a whole number from 1, got 0",
    ],
    [
      'an image without a version',
      changed({ image: 'example.org/server' }),
      "container 'inference-server' image' must be pinned by a tag other than 'latest', or by a digest, got 'example.org/server'",
    ],
  ])('fail for %s, with the name of the file', (_, text, message) => {
    expect(() => parseModelServer(text, PATH)).toThrow(message);
    expect(() => parseModelServer(text, PATH)).toThrow(`${PATH}: `);
  });
});
