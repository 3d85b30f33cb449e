import { describe, expect, it } from 'vitest';
import { S3Gateway, type S3GatewayProps } from '../../../../lib/stacks/flts/programs/s3-gateway';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, find, synth, testChart } from '../../../support/synth';
import { envOf, store } from './samples';

const all: Required<S3GatewayProps> = {
  name: 'fastapi-app',
  image: 'flts/fastapi-app:1.0.0',
  imagePullPolicy: 'Never',
  store,
  resources,
  nodePool: nodePool(),
  uses,
};

function render(props: S3GatewayProps) {
  const chart = testChart();
  expect(new S3Gateway(chart, 'gateway', props).connection.port).toBe(8000);
  return synth(chart);
}

describe('the S3 gateway', () => {
  it('is told host and port of the store without a scheme, and its keys by a Secret', () => {
    const [container] = find(render(all), 'Deployment').spec.template.spec.containers;
    expect(envOf(container)).toMatchObject({
      MINIO_ENDPOINT: 'minio.data.svc:9000',
      MINIO_ROOT_USER: 'minio-credentials/accessKey',
      MINIO_ROOT_PASSWORD: 'minio-credentials/secretKey',
      MINIO_DEFAULT_BUCKET: 'dataset',
    });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(find(render(all), 'Service').spec.ports).toMatchObject([{ port: 8000, targetPort: 'http' }]);
  });

  it.each([
    ['store.endpoint', { endpoint: undefined }, 'be given: the program speaks to MinIO'],
    ['store.credentials', { credentials: undefined }, 'be given: it knows no other way in'],
  ])('fails without %s', (prop, missing, allowed) => {
    expect(() => render({ ...all, store: { ...store, ...missing } })).toThrow(
      `demo/gateway: '${prop}' must ${allowed}, got undefined`,
    );
  });

  it('has each of its props', () => {
    expectEachPropToMatter<S3GatewayProps>(render, all, {
      name: 'other',
      image: 'flts/fastapi-app:1.0.1',
      imagePullPolicy: 'Always',
      store: { ...store, bucket: 'other' },
      resources: { ...resources, limits: resources.requests },
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
    });
  });
});
