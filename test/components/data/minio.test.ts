import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { Minio, type MinioProps } from '../../../lib/components/data/minio';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { images } from '../../../lib/versions';
import { nodePool, resources } from '../../support/samples';
import { expectEachPropToMatter, find, objectOf, synth, testChart } from '../../support/synth';

const root = new SecretRef('minio-credentials');
const minimal: MinioProps = {
  buckets: ['fair-data', 'mlflow'],
  credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
};
const client = new SecretRef('s3-credentials');

describe('MinIO with minimal props', () => {
  const objects = render(minimal);
  const { spec } = find(objects, 'StatefulSet', 'minio');
  const [server] = spec.template.spec.containers;

  it('is a server, its three Services and a Job', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Service minio-headless',
      'StatefulSet minio',
      'Service minio',
      'Service minio-console',
      expect.stringMatching(/^Job minio-buckets-[0-9a-f]{8}$/),
    ]);
  });

  it('keeps 5Gi in the claim data', () => {
    expect(spec.serviceName).toBe('minio-headless');
    expect(spec.volumeClaimTemplates).toMatchObject([
      { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '5Gi' } } } },
    ]);
    expect(server.volumeMounts).toContainEqual({ name: 'data', mountPath: '/data' });
  });

  it('runs as a user that is not root, and writes to /data and /tmp only', () => {
    expect(spec.template.spec.securityContext).toMatchObject({ runAsUser: 1000, fsGroup: 1000 });
    expect(server.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(server.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(['/data', '/tmp']);
    expect(server.env).toContainEqual({ name: 'HOME', value: '/tmp' });
  });

  it('takes its root user from a Secret', () => {
    expect(server.env.slice(0, 2)).toEqual([
      { name: 'MINIO_ROOT_USER', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'accessKey' } } },
      { name: 'MINIO_ROOT_PASSWORD', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'secretKey' } } },
    ]);
  });

  it('serves the S3 API on 9000 and the console on 9001', () => {
    expect(server.args).toEqual(['server', '/data', '--console-address', ':9001']);
    expect(server.ports).toEqual([
      { name: 'api', containerPort: 9000 },
      { name: 'console', containerPort: 9001 },
    ]);
    expect(portsOf(objects, 'minio')).toEqual([{ name: 'api', port: 9000, targetPort: 'api' }]);
    expect(portsOf(objects, 'minio-console')).toEqual([{ name: 'console', port: 9001, targetPort: 'console' }]);
    expect(find(objects, 'Service', 'minio-headless').spec.clusterIP).toBe('None');
  });

  it('is restarted later than it is taken out of its Services', () => {
    const patience = ({ periodSeconds = 10, failureThreshold = 3 }) => periodSeconds * failureThreshold;
    expect(patience(server.livenessProbe)).toBeGreaterThan(patience(server.readinessProbe));
    expect(server.startupProbe.httpGet).toEqual({ path: '/minio/health/live', port: 'api' });
    expect(server.readinessProbe.httpGet).toEqual({ path: '/minio/health/ready', port: 'api' });
  });

  it('uses its pinned images and modest resources', () => {
    expect(server.image).toBe(images.minio);
    expect(server.resources).toEqual({
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '500m', memory: '512Mi' },
    });
    expect(find(objects, 'Job').spec.template.spec.containers[0].image).toBe(images.curl);
  });
});

describe('MinIO with all props', () => {
  const all: Required<MinioProps> = {
    ...minimal,
    name: 'store',
    engine: 'MinIO',
    image: 'example.org/minio:1',
    clientImage: 'curlimages/curl:8.0.0',
    storage: Size.gibibytes(20),
    storageClassName: 'fast',
    resources,
    consoleNodePort: 30901,
    publicMetrics: false,
    nodePool: nodePool(),
  };

  it('has each of them', () => {
    const objects = render(all);
    const { spec } = find(objects, 'StatefulSet', 'store');
    expect(spec.template.spec).toMatchObject({
      nodeSelector: { 'example.org/role': 'general' },
      containers: [{ image: all.image, resources: { requests: { cpu: '100m' }, limits: { memory: '128Mi' } } }],
    });
    expect(spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(find(objects, 'Service', 'store-console').spec.type).toBe('ClusterIP');
    expect(find(objects, 'Service', 'store-console-external').spec).toMatchObject({
      type: 'NodePort',
      ports: [{ port: 9001, nodePort: 30901 }],
    });
    expect(find(objects, 'Job').spec.template.spec).toMatchObject({
      nodeSelector: { 'example.org/role': 'general' },
      containers: [{ image: all.clientImage }],
    });
  });

  it('changes with each of them', () => {
    expectEachPropToMatter<MinioProps>(render, all, {
      name: 'other',
      engine: 'RustFS',
      image: images.minio,
      clientImage: images.curl,
      buckets: ['fair-data'],
      credentials: { accessKeyId: client.key('a'), secretAccessKey: client.key('b') },
      storage: Size.gibibytes(21),
      storageClassName: 'slow',
      resources: { ...resources, limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) } },
      consoleNodePort: 30902,
      publicMetrics: true,
      nodePool: nodePool({ labels: { 'example.org/role': 'other' } }),
    });
  });
});

describe('MinIO', () => {
  it('tells Prometheus how full it is only where it is asked to', () => {
    const chart = testChart({ namespace: 'fair' });
    expect(new Minio(chart, 'private', { ...minimal, name: 'private' }).metrics).toBeUndefined();
    const { metrics } = new Minio(chart, 'minio', { ...minimal, publicMetrics: true });
    expect(metrics).toMatchObject({
      job: 'minio',
      host: 'minio-metrics.fair.svc',
      port: 9000,
      portName: 'api',
      path: '/minio/metrics/v3/cluster',
    });
    const env = (name: string) => objectOf(chart, 'StatefulSet', name).spec.template.spec.containers[0].env;
    const open = { name: 'MINIO_PROMETHEUS_AUTH_TYPE', value: 'public' };
    expect(env('minio')).toContainEqual(open);
    expect(env('private')).not.toContainEqual(open);
  });

  it('hands out its buckets with the keys that opened the server, or with those in the shape of the client', () => {
    const minio = new Minio(testChart({ namespace: 'fair' }), 'minio', minimal);
    expect(minio.endpoint).toBe('http://minio.fair.svc:9000');
    expect(minio.bucket('mlflow')).toEqual({
      bucket: 'mlflow',
      endpoint: 'http://minio.fair.svc:9000',
      credentials: minimal.credentials,
    });
    const credentials = {
      accessKeyId: client.key('AWS_ACCESS_KEY_ID'),
      secretAccessKey: client.key('AWS_SECRET_ACCESS_KEY'),
    };
    expect(minio.bucket('mlflow', credentials).credentials).toBe(credentials);
  });

  it('has no Job where it has no buckets', () => {
    const chart = testChart();
    expect(new Minio(chart, 'minio', { ...minimal, buckets: [] }).bucketJob).toBeUndefined();
    expect(synth(chart).filter(({ kind }) => kind === 'Job')).toEqual([]);
  });

  it('has another Job, and the same server, once it has another bucket', () => {
    const before = render(minimal);
    const after = render({ ...minimal, buckets: [...minimal.buckets, 'zenml'] });
    expect(find(after, 'Job').metadata.name).not.toBe(find(before, 'Job').metadata.name);
    expect(find(after, 'StatefulSet')).toEqual(find(before, 'StatefulSet'));
  });

  it('can exist several times in one namespace', () => {
    const chart = testChart();
    new Minio(chart, 'one', minimal);
    new Minio(chart, 'two', { ...minimal, name: 'archive' });
    expect(synth(chart)).toHaveLength(10);
  });

  it('fails for a bucket that it does not have', () => {
    const minio = new Minio(testChart(), 'minio', minimal);
    expect(() => minio.bucket('zenml')).toThrow(
      "demo/minio: 'bucket' must be one of 'fair-data', 'mlflow', got 'zenml'",
    );
  });

  it('fails for a duplicate bucket', () => {
    expect(() => render({ ...minimal, buckets: ['data', 'data'] })).toThrow(
      "demo/minio: 'buckets' must have no duplicates, got 'data'",
    );
  });

  it.each(['ab', 'a'.repeat(64), 'Data', 'a_b', '-ab', 'ab-', 'a..b', 'a.-b', 'a-.b', '10.0.0.1', ''])(
    'fails for the bucket name %j',
    (bucket) => {
      expect(() => render({ ...minimal, buckets: [bucket] })).toThrow(
        `demo/minio: 'buckets' must have names of 3 to 63 lower-case letters, digits, '.' and '-', like a DNS name and not an IP address, got '${bucket}'`,
      );
    },
  );

  it.each(['abc', 'a'.repeat(63), '123', 'a.b', 'a--b'])('may have a bucket called %s', (bucket) => {
    expect(() => render({ ...minimal, buckets: [bucket] })).not.toThrow();
  });
});

function portsOf(objects: ReturnType<typeof render>, service: string) {
  return find(objects, 'Service', service).spec.ports;
}

function render(props: MinioProps) {
  const chart = testChart();
  new Minio(chart, 'minio', props);
  return synth(chart);
}
