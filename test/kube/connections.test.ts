import { expect, it } from 'vitest';
import { bucketUri } from '../../lib/kube/connections';

it('a bucket is an s3:// URI, whatever serves it', () => {
  expect(bucketUri({ bucket: 'fair-data' })).toBe('s3://fair-data');
  expect(bucketUri({ bucket: 'fair-data', endpoint: 'http://minio.fair.svc:9000' })).toBe('s3://fair-data');
});
