import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { fltsNodePorts } from '../../../lib/charts/flts/exposure';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/charts/flts/profiles';
import { FltsStack, type FltsStackProps } from '../../../lib/charts/flts/stack';
import { ingress } from '../../../lib/components/edge/ingress';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { Platform } from '../../../lib/platform';
import { envOf } from '../../components/pipeline/samples';
import { nodePool } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, type Manifest, synth } from '../../support/synth';

const small: FltsStackProps = { credentials: existingSecrets(), profile: FLTS_SMALL };
const production: FltsStackProps = { credentials: existingSecrets(), profile: FLTS_PRODUCTION };

function render(props: FltsStackProps): Manifest[] {
  return synth(new FltsStack(new App({ outdir: 'never-written' }), 'flts', props));
}

const names = (objects: readonly Manifest[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}$/, ''));

const containerOf = (objects: readonly Manifest[], name: string) =>
  find(objects, 'Deployment', name).spec.template.spec.containers[0];

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
      'inference-deploy',
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
    const programs = ['train-gru', 'train-lstm', 'nonml-prophet', 'eval', 'inference-deploy', 'inference-worker'];
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
    expect(on('serving')).toEqual(['inference-deploy', 'promotion-rollout', 'inference-worker']);
    expect(on('rest')).toEqual([
      ...['kafka', 'kafka-topics', 'minio', 'minio-buckets', 'postgres', 'postgres-databases'],
      ...['mlflow', 'fastapi-app', 'eda', 'inference-lb', 'kafka-exporter', 'prometheus', 'grafana'],
    ]);
  });

  it('is a stack of each environment that configures it, off unless somebody names it', () => {
    const app = (selection?: string) => {
      const exposure = { mlflow: { nodePort: 30500, hostPort: 8500 } };
      const root = new App({ outdir: 'never-written' });
      const config = { name: 'test', nodePools: [], stacks: { flts: { ...small, exposure } } };
      const { nodePorts } = new Platform(root, config, selection);
      expect(nodePorts).toEqual([exposure.mlflow]);
      return root.charts.map(({ node }) => node.id);
    };
    expect(app()).not.toContain('flts');
    expect(app('flts')).toContain('flts');
  });

  it('writes what the schemas of Kubernetes allow, in both profiles', () => {
    expect([...objects, ...render(production)].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('serves promoted models only: readiness asks for one, and the start does not wait for it', () => {
    const server = containerOf(objects, 'inference-deploy');
    expect(server.readinessProbe.httpGet.path).toBe('/ready');
    expect(server.startupProbe.httpGet.path).toBe('/healthz');
    expect(server.livenessProbe.httpGet.path).toBe('/healthz');
    expect(server.ports).toEqual([
      { name: 'http', containerPort: 8000 },
      { name: 'metrics', containerPort: 9091 },
    ]);
    expect(find(objects, 'Service', 'inference-metrics').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ port: 9091 }],
    });
  });

  it('shows each promotion to each replica, and consumes in one place', () => {
    expect(envOf(containerOf(objects, 'promotion-rollout'))).toMatchObject({
      POINTER_URL: 'http://fastapi-app.flts.svc:8000/download/model-promotion/current.json',
      DEPLOYMENT: 'inference-deploy',
    });
    expect(find(objects, 'Role').rules).toEqual([
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['inference-deploy'], verbs: ['patch'] },
    ]);
    const worker = containerOf(objects, 'inference-worker');
    expect(worker.command).toEqual(['python', 'main.py']);
    expect(envOf(worker)).toMatchObject({
      CONSUMER_GROUP_ID: 'batch-forecasting-v2',
      CONSUMER_TOPIC_0: 'inference-data',
      CONSUMER_TOPIC_1: 'model-training',
      PROMOTION_TOPIC: 'model-selected',
    });
  });

  it('has servers start what loads the promoted model, with consumers of a topic that nobody writes to', () => {
    const writers = objects
      .flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
      .flatMap((container) => container.env ?? [])
      .filter(({ name }) => /^(PRODUCER|PUBLISH)_TOPIC|^MODEL_SELECTED_TOPIC|^DLQ/.test(name));
    expect(writers.map(({ value }) => value)).not.toContain('inference-idle');
    expect(envOf(containerOf(objects, 'inference-deploy'))).toMatchObject({
      INFERENCE_START_IN_APP: '1',
      CONSUMER_GROUP_ID: 'inference-servers',
      CONSUMER_TOPIC_0: 'inference-idle',
      CONSUMER_TOPIC_1: 'inference-idle',
      PROMOTION_TOPIC: 'inference-idle',
      PUBLISH_TOPIC: 'inference-data',
    });
  });

  it('scales by CPU and memory, as was asked for', () => {
    const metrics = [
      { resource: { target: { averageUtilization: 70 } } },
      { resource: { target: { averageUtilization: 75 } } },
    ];
    expect(find(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 3, metrics });
    expect(find(render(production), 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 4,
      maxReplicas: 20,
      metrics,
    });
  });

  it('balances all servers that there can be, by whether they hold a model', () => {
    for (const [all, slots] of [
      [objects, 4],
      [render(production), 21],
    ] as const) {
      const config: string = find(all, 'ConfigMap', 'inference-lb-config').data['haproxy.cfg'];
      expect(config).toContain(`pod 1-${slots} inference-lb-servers.flts.svc.cluster.local:8000\n`);
      expect(config).toContain('http-check send meth GET uri /ready ');
      expect(config).toContain('timeout server 65s\n');
      expect(config).toContain('404 unless { path /predict /predict_ping ');
    }
    expect(envOf(containerOf(objects, 'inference-lb'))).toEqual({ STATS_PASSWORD: 'haproxy-stats/password' });
    expect(find(render(production), 'PodDisruptionBudget', 'inference-lb-pdb').spec.maxUnavailable).toBe(1);
  });

  it('leads from the outside to the load balancer, not past it', () => {
    const exposure = { inference: { nodePort: 30080, hostPort: 8480 } };
    const ported = render({ ...small, exposure });
    expect(find(ported, 'Service', 'inference-lb').spec.ports).toEqual([
      { name: 'http', port: 80, targetPort: 'http', nodePort: 30080 },
    ]);
    expect(find(ported, 'Service', 'inference-svc').spec.type).toBe('ClusterIP');
    const routed = render({ ...small, exposure: { inference: ingress({ host: 'api.example.org' }) } });
    expect(find(routed, 'Ingress').spec.rules[0].http.paths[0].backend.service).toEqual({
      name: 'inference-lb',
      port: { number: 80 },
    });
  });

  it('lets a server that goes answer until the load balancer knows, and then end what it has begun', () => {
    const { spec } = find(objects, 'Deployment', 'inference-deploy').spec.template;
    expect(spec.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '40']);
    expect(spec.terminationGracePeriodSeconds).toBe(105);
  });

  it('has a partition of the training data for each pod of a trainer', () => {
    const all = render(production);
    const job = all.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('kafka-topics'));
    const args = job?.spec.template.spec.containers[0].command;
    expect(args).toContain('training-data:2');
    expect(find(all, 'Deployment', 'train-gru').spec.replicas).toBe(2);
    expect(find(all, 'StatefulSet', 'kafka').spec.replicas).toBe(3);
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
    expect(find(ported, 'Service', 'minio-console').spec.ports[0].nodePort).toBe(30902);
    const routed = { mlflow: ingress({ host: 'mlflow.example.org', tlsSecretName: 'flts-tls' }) };
    expect(fltsNodePorts({ ...small, exposure: routed })).toEqual([]);
    expect(find(render({ ...small, exposure: routed }), 'Ingress').spec.tls).toEqual([
      { hosts: ['mlflow.example.org'], secretName: 'flts-tls' },
    ]);
  });

  it('has each of its props', () => {
    const all: Required<FltsStackProps> = {
      namespace: 'flts',
      credentials: existingSecrets(),
      profile: FLTS_SMALL,
      images: { tag: '1.0.0' },
      identifier: 'dev',
      storageClassName: 'ssd',
      eda: true,
      clusterDomain: 'cluster.local',
      exposure: {},
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
      storageClassName: 'other',
      eda: false,
      clusterDomain: 'example.org',
      exposure: { inference: { nodePort: 30080, hostPort: 8480 } },
      network: 'any',
      loadTest: false,
      observability: { type: 'operator' },
      nodePool: nodePool({ labels: { a: 'b' } }),
      trainingPool: nodePool({ labels: { a: 'b' } }),
      servingPool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('fails for more pods of Prophet than there are partitions', () => {
    const profile = { ...FLTS_SMALL, prophet: { ...FLTS_SMALL.prophet, replicas: 2 } };
    expect(() => render({ ...small, profile })).toThrow(
      "flts: 'profile.prophet.replicas' must be at most 1, the replicas of the networks: the training data has a partition for each, got 2",
    );
  });
});
