import { App, Chart, Size, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dev } from '../../environments';
import * as kit from '../../lib';
import { nodePort, SecretRef } from '../../lib';
import * as observability from '../../lib/observability';
import { fair } from '../../lib/stacks/fair/fair';
import { flts } from '../../lib/stacks/flts';
import { InferenceStack, inference } from '../../lib/stacks/inference';
import { modelPlatform } from '../../lib/stacks/model-platform';
import { synthesize } from '../support/environments';
import { describeLong } from '../support/programs';
import { identity, nodePool, pod, resources, webPod } from '../support/samples';
import { synth } from '../support/synth';

const library = { ...kit, ...observability };
type Props = Readonly<Record<string, unknown>>;

/** The properties that there are, as the error for another one lists them. */
function propertiesOf(build: (extra: Props) => unknown): string[] {
  try {
    build({ bogus: 1 });
  } catch (error) {
    const [, list = ''] = /'[\w.[\]]*bogus' must be a known property \(([^)]*)\)/.exec(String(error)) ?? [];
    if (list !== '') return list.split(', ');
  }
  throw new Error('a property that is none has to be an error that lists those there are');
}

/**
 * Checks that `build` makes the same of properties that are undefined as of those that are left out.
 * @param numRuns - how often, beside all of them, some are undefined
 */
function isTheSame(given: Props, build: (extra: Props) => unknown, numRuns: number): void {
  const absent = propertiesOf(build).filter((name) => given[name] === undefined);
  const without = build({});
  const withUndefined = (names: readonly string[]) => build(Object.fromEntries(names.map((name) => [name, undefined])));
  expect(withUndefined(absent)).toEqual(without);
  fc.assert(
    fc.property(fc.subarray(absent), (names) => {
      expect(withUndefined(names)).toEqual(without);
    }),
    { numRuns },
  );
}

const stacks = { fair, inference, flts, 'model-platform': modelPlatform };
const keysOf = <T extends object>(value: T) => Object.keys(value) as (keyof T)[];

/** What stands somewhere inside an object. */
function at(value: Props, path: readonly string[]): Props {
  return path.reduce((inner, key) => (inner[key] ?? {}) as Props, value);
}

/** An object with further properties somewhere inside. */
function extended(value: Props, path: readonly string[], extra: Props): Props {
  const [first, ...others] = path;
  if (first === undefined) return { ...value, ...extra };
  return { ...value, [first]: extended((value[first] ?? {}) as Props, others, extra) };
}

describe('a property of an environment that is undefined', () => {
  const build = (name: keyof typeof stacks, config: Props) => {
    const entry = stacks[name](config as never);
    const { app, platform } = synthesize({ ...dev, stacks: { ...dev.stacks, [name]: entry } }, name);
    const { deployDocuments, ports, nodePorts, releases } = platform;
    return JSON.parse(JSON.stringify([synth(app), deployDocuments, ports, nodePorts, releases]));
  };
  const configOf = (name: keyof typeof stacks) => dev.stacks[name].config as unknown as Props;

  const PLACES: Readonly<Record<keyof typeof stacks, readonly string[]>> = {
    fair: [
      '',
      'charts',
      'charts.stac',
      'charts.mlflow',
      'charts.zenml',
      'databaseNames',
      'databaseNames.stac',
      'pipelines',
      'pipelines.registry',
      'localPorts',
    ],
    inference: ['', 'health'],
    flts: ['', 'exposure', 'profile.inference', 'profile.mlflow', 'profile.kafka'],
    'model-platform': ['', 'postgres', 'minio', 'registry', 'server', 'nodePorts'],
  };
  const placesOf = (name: keyof typeof stacks) => PLACES[name].map((place) => (place === '' ? [] : place.split('.')));

  it.each(keysOf(stacks))('is left out in %s, everywhere at once', (name) => {
    const config = configOf(name);
    const withAll = (extra: (path: readonly string[]) => Props) =>
      placesOf(name).reduce((value, path) => extended(value, path, extra(path)), config);
    const undefinedAt = (path: readonly string[]) => {
      const names = propertiesOf((extra) => build(name, extended(config, path, extra)));
      return Object.fromEntries(
        names.flatMap((key) => (at(config, path)[key] === undefined ? [[key, undefined]] : [])),
      );
    };
    expect(build(name, withAll(undefinedAt))).toEqual(
      build(
        name,
        withAll(() => ({})),
      ),
    );
  });

  describeLong('alone or with others', () => {
    const cases = keysOf(stacks).flatMap((name) => placesOf(name).map((path) => [name, path] as const));
    it.each(cases)('is left out in %s %j', (name, path) => {
      const config = configOf(name);
      isTheSame(at(config, path), (extra) => build(name, extended(config, path, extra)), 3);
    });
  });

  it('is left out in the environment itself, and in its kind cluster', () => {
    for (const path of [[], ['kind'], ['metricsServer']]) {
      const build = (extra: Props) => {
        const { platform } = synthesize(extended(dev as Props, path, extra) as never, '');
        return platform.deployFiles;
      };
      isTheSame(at(dev as Props, path), build, 1);
    }
  });
});

/** A contributor gets some of the cases, CI has all. */
const RUNS = process.env.CI === 'true' ? 20 : 4;

const key = (name: string) => new SecretRef(name).key('password');
const database = { host: 'db.example.org', port: 5432, database: 'a', username: 'a', password: key('a') };
const image = 'example.org/server:1.2.3';
const servers = {
  identity,
  port: 8080,
  portName: 'http',
  readyPath: '/',
  replicas: { minReplicas: 1, maxReplicas: 2 },
  strategy: {},
};

describe('a property of a construct that is undefined', () => {
  it.each<[keyof typeof library, Props]>([
    ['Postgres', { superuser: { username: 'postgres', password: key('a') }, databases: [] }],
    [
      'PostgresCluster',
      { name: 'a', storage: Size.gibibytes(1), databases: [{ name: 'a', owner: 'a', password: key('a') }] },
    ],
    ['Minio', { buckets: ['images'], credentials: { accessKeyId: key('a'), secretAccessKey: key('b') } }],
    ['Kafka', { topics: [{ name: 'a' }] }],
    ['MlflowServer', { image, database, artifacts: { bucket: 'a' } }],
    ['InferenceService', { name: 'a', image, user: { user: 1000 }, resources }],
    ['Haproxy', { name: 'a', servers, statsPassword: key('a') }],
    [
      'Prometheus',
      {
        targets: [
          { job: 'a', host: 'a-metrics.demo.svc', port: 9090, portName: 'metrics', path: '/metrics', labels: {} },
        ],
      },
    ],
    ['Locust', { locustfile: 'pass', target: { host: 'a.example.org', port: 80, url: 'http://a.example.org:80' } }],
    ['Ingress', { name: 'a', host: 'a.example.org', backend: { serviceName: 'a', port: 80 } }],
    ['Namespace', { name: 'a' }],
    ['ServiceAccount', { name: 'a' }],
    ['LimitRange', { name: 'a', defaultRequest: resources.requests }],
    ['Deployment', { identity, pod }],
    ['StatefulSet', { identity, pod, serviceName: 'a', claims: [] }],
    ['Job', { identity, pod }],
    ['Service', { name: 'a', identity, ports: [{ name: 'http', port: 80 }] }],
  ])('is left out by %s', (name, given) => {
    const create = new Map<string, unknown>(Object.entries(library)).get(name) as new (
      scope: Construct,
      id: string,
      props: Props,
    ) => Construct;
    const build = (extra: Props) => {
      const chart = new Chart(new App(), 'demo', { namespace: 'demo' });
      // Whatever selects its pods finds them.
      if (name === 'Service' || name === 'Haproxy') new library.Deployment(chart, 'pods', { identity, pod: webPod });
      new create(chart, 'a', { ...given, ...extra });
      return Testing.synth(chart);
    };
    isTheSame(given, build, RUNS);
  });

  it('is left out by a node pool', () => {
    const { labels, capacity } = dev.kind.controlPlane;
    const given = { name: 'a', labels, capacity };
    isTheSame(given, (extra) => ({ ...new library.NodePool({ ...given, ...extra }) }), RUNS);
  });

  it('is left out of a quota, which then has the GPUs of the service', () => {
    const build = (extra: Props) => {
      const gpuPool = nodePool({ gpus: { count: 2 } });
      const service = { nodePool: gpuPool, gpu: { count: 1 }, replicas: 1, exposure: nodePort(30092) };
      const stack = new InferenceStack(new App(), 'a', { ...service, quota: { pods: 10, ...extra } });
      return Testing.synth(stack);
    };
    isTheSame({ name: 'a', pods: 10 }, build, RUNS);
  });
});
