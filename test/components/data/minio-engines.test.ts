import { describe, expect, it } from 'vitest';
import { Minio, type MinioProps } from '../../../lib/components/data/minio';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { images } from '../../../lib/versions';
import { find, synth, testChart } from '../../support/synth';

const root = new SecretRef('minio-credentials');
const minimal: MinioProps = {
  buckets: ['fair-data'],
  credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
};

function render(props: MinioProps) {
  const chart = testChart();
  new Minio(chart, 'minio', props);
  return synth(chart);
}

describe('RustFS', () => {
  const { spec } = find(render({ ...minimal, engine: 'RustFS' }), 'StatefulSet', 'minio').spec.template;
  const [server] = spec.containers;

  it('serves the same ports from the same volume with its own image, user, variables and health paths', () => {
    expect(server).toMatchObject({
      image: images.rustfs,
      args: ['/data'],
      env: [
        { name: 'RUSTFS_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'accessKey' } } },
        { name: 'RUSTFS_SECRET_KEY', valueFrom: { secretKeyRef: { name: 'minio-credentials', key: 'secretKey' } } },
        { name: 'RUSTFS_ADDRESS', value: ':9000' },
        { name: 'RUSTFS_CONSOLE_ENABLE', value: 'true' },
        { name: 'RUSTFS_CONSOLE_ADDRESS', value: ':9001' },
        { name: 'RUSTFS_OBS_LOG_DIRECTORY' },
      ],
      ports: [{ containerPort: 9000 }, { containerPort: 9001 }],
      startupProbe: { httpGet: { path: '/health' } },
      livenessProbe: { httpGet: { path: '/health' } },
      readinessProbe: { httpGet: { path: '/health/ready' } },
      volumeMounts: [{ mountPath: '/data' }, { mountPath: '/tmp' }],
    });
    expect(spec.securityContext).toMatchObject({ runAsUser: 10001, fsGroup: 10001 });
  });

  it('differs from MinIO in the server alone: names, ports and the Job of the buckets are the same', () => {
    const withoutServer = (props: MinioProps) => render(props).filter(({ kind }) => kind !== 'StatefulSet');
    expect(withoutServer({ ...minimal, engine: 'RustFS' })).toEqual(withoutServer(minimal));
  });

  it('fails with publicMetrics', () => {
    expect(() => render({ ...minimal, engine: 'RustFS', publicMetrics: true })).toThrow(
      "demo/minio: 'publicMetrics' must be left out with 'RustFS', which serves none, got true",
    );
  });

  it('fails for an engine that is unknown', () => {
    expect(() => render({ ...minimal, engine: 'Ceph' as 'MinIO' })).toThrow(
      "demo/minio: 'engine' must be one of 'MinIO', 'RustFS', got 'Ceph'",
    );
  });
});
