import { expect, it } from 'vitest';
import { bucketUri, roleAnnotations } from '../../../lib/kube/network/connections';

it('a bucket is an s3:// URI, whatever serves it, and so is a folder in it', () => {
  expect(bucketUri({ bucket: 'fair-data' })).toBe('s3://fair-data');
  expect(bucketUri({ bucket: 'fair-data', endpoint: 'http://minio.fair.svc:9000' })).toBe('s3://fair-data');
  expect(bucketUri({ bucket: 'fair-data', path: 'team/runs' })).toBe('s3://fair-data/team/runs');
});

it('a role is an annotation of the ServiceAccount, on EKS', () => {
  expect(roleAnnotations(undefined)).toBeUndefined();
  expect(roleAnnotations('arn')).toEqual({ 'eks.amazonaws.com/role-arn': 'arn' });
});
