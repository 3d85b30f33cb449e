import { describe, expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { execProbe } from '../../../lib/kube/pods/probes';
import { fltsNodePorts } from '../../../lib/stacks/flts/exposure';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import type { FltsStackProps } from '../../../lib/stacks/flts/stack';
import { itLong } from '../../support/programs';
import { nodePool } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, type Manifest } from '../../support/synth';
import { containerOf, production, render, small } from './samples';

const names = (objects: readonly Manifest[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, ''));

describe('the stack flts', () => {
  const objects = render(small);

  it('has the services of the pipeline', () => {
    expect(names(objects, 'Namespace')).toEqual(['flts']);
    expect(names(objects, 'StatefulSet')).toEqual(['kafka', 'minio', 'postgres']);
    expect(names(objects, 'Deployment')).toEqual([
      'mlflow',
      'fastapi-app',
      'train-gru',
      'train-lstm',
      'nonml-prophet',
      'eval',
      'inference',
      'promotion-rollout',
      'inference-lb',
      'inference-worker',
      'kafka-exporter',
      'prometheus',
      'grafana',
    ]);
    expect(names(objects, 'Job')).toEqual(['kafka-topics', 'minio-buckets', 'postgres-databases', 'preprocess']);
    expect(names(render({ ...small, eda: true }), 'Deployment')).toContain('eda');
  });

  it('lets each of its pods reach what it is given, and nothing else', () => {
    const ways = (name: string) => {
      const { spec } = find(objects, 'NetworkPolicy', name);
      return (spec.egress ?? []).map(({ to, ports }: Manifest) => [
        to?.[0].podSelector.matchLabels['app.kubernetes.io/instance'] ?? 'any address',
        ...ports.map(({ port }: Manifest) => port),
      ]);
    };
    const programs = ['train-gru', 'train-lstm', 'nonml-prophet', 'eval', 'inference', 'inference-worker'];
    for (const name of programs) {
      expect(ways(name), name).toEqual([
        ['fastapi-app', 8000],
        ['kafka', 9092],
        ['mlflow', 5000],
        ['minio', 9000],
      ]);
    }
    expect(ways('preprocess')).toEqual([
      ['fastapi-app', 8000],
      ['kafka', 9092],
    ]);
    expect(ways('kafka')).toEqual([['kafka', 9092, 9093]]);
    expect(ways('kafka-topics')).toEqual([['kafka', 9092]]);
    expect(ways('fastapi-app')).toEqual([['minio', 9000]]);
    expect(ways('mlflow')).toEqual([
      ['postgres', 5432],
      ['minio', 9000],
    ]);
    expect(ways('promotion-rollout')).toEqual([
      ['fastapi-app', 8000],
      ['any address', 443, 6443],
    ]);
  });

  it('places the making of models and forecasts on pools of their own, where there are any', () => {
    const pool = (name: string) => nodePool({ name, labels: { pool: name } });
    const [rest, trainingPool, servingPool] = [pool('rest'), pool('training'), pool('serving')];
    const all = render({ ...small, eda: true, nodePool: rest, trainingPool, servingPool });
    const on = (label: string) =>
      all
        .filter(({ spec }) => spec?.template?.spec.nodeSelector?.pool === label)
        .map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, ''));
    expect(on('training')).toEqual(['preprocess', 'train-gru', 'train-lstm', 'nonml-prophet', 'eval']);
    expect(on('serving')).toEqual(['inference', 'promotion-rollout', 'inference-worker']);
    expect(on('rest')).toEqual([
      ...['kafka', 'kafka-topics', 'minio', 'minio-buckets', 'postgres', 'postgres-databases'],
      ...['mlflow', 'fastapi-app', 'eda', 'inference-lb', 'kafka-exporter', 'prometheus', 'grafana'],
    ]);
  });

  it('writes what the schemas of Kubernetes allow, in both profiles', () => {
    expect([...objects, ...render(production)].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('names each of its images by one tag, loaded into the nodes unless it says otherwise', () => {
    expect(containerOf(objects, 'eval')).toMatchObject({ image: 'flts/eval:1.0.0', imagePullPolicy: 'Never' });
    const pulled = render({ ...small, images: { repository: 'ghcr.io/example/flts', tag: '2.0.0' } });
    expect(containerOf(pulled, 'eval')).toMatchObject({
      image: 'ghcr.io/example/flts/eval:2.0.0',
      imagePullPolicy: 'IfNotPresent',
    });
  });

  it('is reached by node ports, which kind maps, or by an Ingress', () => {
    const exposure = { mlflow: { nodePort: 30500, hostPort: 8500 }, console: { nodePort: 30902, hostPort: 8902 } };
    expect(fltsNodePorts({ ...small, exposure })).toEqual([exposure.mlflow, exposure.console]);
    expect(fltsNodePorts(small)).toEqual([]);
    const ported = render({ ...small, exposure });
    expect(find(ported, 'Service', 'mlflow').spec.ports[0].nodePort).toBe(30500);
    expect(find(ported, 'Service', 'minio-console-external').spec.ports[0].nodePort).toBe(30902);
    const routed = { mlflow: ingress({ host: 'mlflow.example.org', tlsSecretName: 'flts-tls' }) };
    expect(fltsNodePorts({ ...small, exposure: routed })).toEqual([]);
    expect(find(render({ ...small, exposure: routed }), 'Ingress').spec.tls).toEqual([
      { hosts: ['mlflow.example.org'], secretName: 'flts-tls' },
    ]);
  });

  it('fails for a way to a load test that it does not have', () => {
    const exposure = { loadTest: { nodePort: 30089, hostPort: 8489 } };
    expect(() => render({ ...small, exposure })).toThrow(
      "flts: 'exposure.loadTest' must be left out without 'loadTest', got {",
    );
  });

  itLong('has each of its props', () => {
    const all: Required<FltsStackProps> = {
      namespace: 'flts',
      credentials: existingSecrets(),
      profile: FLTS_SMALL,
      images: { tag: '1.0.0' },
      identifier: 'dev',
      dataset: 'PobleSec',
      run: '1',
      models: { gru: { layers: 3 } },
      settings: { evaluator: { LOOKBACK_RUNS: '10' } },
      liveness: { networks: execProbe(['true']) },
      storageClassName: 'ssd',
      eda: true,
      clusterDomain: 'cluster.local',
      exposure: {},
      clients: [{ name: 'neighbour', selector: { app: 'neighbour' } }],
      network: 'declared',
      loadTest: true,
      observability: { type: 'prometheus' },
      nodePool: nodePool(),
      trainingPool: nodePool(),
      servingPool: nodePool(),
    };
    const { credentials, ...others } = all;
    expectEachPropToMatter<Omit<FltsStackProps, 'credentials'>>((props) => render({ ...props, credentials }), others, {
      namespace: 'other',
      profile: { ...FLTS_SMALL, worker: FLTS_SMALL.evaluator, mlflow: FLTS_PRODUCTION.mlflow },
      images: { tag: '1.0.1' },
      identifier: 'prod',
      dataset: 'ElBorn',
      run: '2',
      models: { prophet: { country: 'ES' } },
      settings: { inference: { QUEUE_WORKERS: '2' } },
      liveness: { prophet: execProbe(['true']) },
      storageClassName: 'other',
      eda: false,
      clusterDomain: 'example.org',
      exposure: { inference: { nodePort: 30080, hostPort: 8480 } },
      clients: [],
      network: 'any',
      loadTest: false,
      observability: { type: 'operator' },
      nodePool: nodePool({ labels: { a: 'b' } }),
      trainingPool: nodePool({ labels: { a: 'b' } }),
      servingPool: nodePool({ labels: { a: 'b' } }),
    });
  });
});
