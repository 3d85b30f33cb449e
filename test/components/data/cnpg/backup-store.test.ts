import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { BackupStore, type BackupStoreProps } from '../../../../lib/components/data/cnpg/backup-store';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';

const roleArn = 'arn:aws:iam::123456789012:role/backups';
const minimal: BackupStoreProps = { name: 'backups', bucket: { bucket: 'db', roleArn }, retention: Duration.days(60) };
const secret = new SecretRef('backup-credentials');
const all: Required<BackupStoreProps> = {
  name: 'backups',
  bucket: {
    bucket: 'db',
    path: 'team',
    endpoint: 'http://minio.demo.svc:9000',
    region: 'us-east-1',
    credentials: { accessKeyId: secret.key('id'), secretAccessKey: secret.key('key') },
  },
  retention: Duration.days(7),
  resources: {
    requests: { cpu: Cpu.millis(200), memory: Size.mebibytes(256) },
    limits: { memory: Size.gibibytes(2) },
  },
};

describe('a store of backups', () => {
  it('is opened by the role of the ServiceAccount where there is one, and hands it out', () => {
    expect(render(minimal)).toEqual({
      retentionPolicy: '60d',
      configuration: {
        destinationPath: 's3://db',
        s3Credentials: { inheritFromIAMRole: true },
        wal: { compression: 'gzip', encryption: 'AES256' },
        data: { compression: 'gzip', encryption: 'AES256', jobs: 2 },
      },
      instanceSidecarConfiguration: {
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '1Gi' } },
      },
    });
    expect(new BackupStore(testChart(), 'backups', minimal).connection).toEqual({
      name: 'backups',
      roleArn,
      address: { host: 's3.amazonaws.com', port: 443 },
    });
  });

  it('is opened by two keys of a Secret, at any S3 server', () => {
    expect(render(all)).toEqual({
      retentionPolicy: '7d',
      configuration: {
        destinationPath: 's3://db/team',
        endpointURL: 'http://minio.demo.svc:9000',
        s3Credentials: {
          accessKeyId: { name: 'backup-credentials', key: 'id' },
          secretAccessKey: { name: 'backup-credentials', key: 'key' },
        },
        // Another server than that of AWS may have no keys to encrypt with.
        wal: { compression: 'gzip' },
        data: { compression: 'gzip', jobs: 2 },
      },
      instanceSidecarConfiguration: {
        env: [{ name: 'AWS_DEFAULT_REGION', value: 'us-east-1' }],
        resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '2Gi' } },
      },
    });
    expectEachPropToMatter<BackupStoreProps>(written, all, {
      ...minimal,
      name: 'other',
      resources: { ...all.resources, limits: { memory: Size.gibibytes(3) } },
    });
  });

  it.each([Duration.hours(36), Duration.seconds(1)])(
    'fails with a retention that is no whole number of days',
    (retention) => {
      expect(() => render({ ...minimal, retention })).toThrow(
        "demo/backups: 'retention' must be a whole number of days",
      );
    },
  );
});

function written(props: BackupStoreProps) {
  const chart = testChart();
  new BackupStore(chart, 'backups', props);
  return objectOf(chart, 'ObjectStore');
}

function render(props: BackupStoreProps) {
  return written(props).spec;
}
