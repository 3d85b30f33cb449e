import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import { type ZenmlChart, type ZenmlProps, zenmlValues } from '../../../../lib/stacks/fair/charts/zenml';
import { charts, images } from '../../../../lib/versions';
import { database, infraPool, leftovers, mirroredScope, scope } from '../../../platform/releases/samples';

const keys = new SecretRef('zenml-keys', 'checksum of zenml-keys');
const props: ZenmlProps = { database: database('zenml', 'zenml-db') };
const allProps: Required<ZenmlProps> = {
  ...props,
  chart: { ...charts.zenml094, image: 'example.org/zenml:0.94.2-1' },
  artifacts: { bucket: 'zenml', roleArn: 'arn:aws:iam::123456789012:role/zenml' },
  keys: { encryptionKey: keys.key('encryption-key'), jwtSecret: keys.key('jwt-secret') },
  ingress: {
    host: 'zenml.example.org',
    ingressClassName: 'nginx',
    tlsSecretName: 'zenml-tls',
    annotations: { a: 'b' },
  },
  loginLifetime: Duration.hours(8),
  connections: { pool: 10, overflow: 5 },
  autoActivate: true,
  debug: true,
  replicas: 2,
  resources: {
    requests: { cpu: Cpu.units(2), memory: Size.gibibytes(4) },
    limits: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
  },
  migrationResources: {
    requests: { cpu: Cpu.millis(100), memory: Size.mebibytes(256) },
    limits: { cpu: Cpu.units(1), memory: Size.mebibytes(512) },
  },
  nodePool: infraPool,
};

describe('the values of ZenML', () => {
  test('hold a URL without a password, and the Secret and key that it is in', () => {
    const { database: values } = zenmlValues(scope(), props).zenml;
    expect(values).toEqual({
      url: 'postgresql://zenml@postgres.fair.svc:5432/zenml',
      passwordSecretRef: { name: 'zenml-db', key: 'password' },
      backupStrategy: 'disabled',
    });
  });

  test('escape what means something in a URL', () => {
    const connection = { ...props.database, username: 'a@b:c', database: 'x/y?z' };
    expect(zenmlValues(scope(), { database: connection }).zenml.database.url).toBe(
      'postgresql://a%40b%3Ac@postgres.fair.svc:5432/x%2Fy%3Fz',
    );
  });

  test('give requests and limits to the server and to the migration, at the root of the values', () => {
    const { resources, resourcesMigrationPod } = zenmlValues(scope(), props);
    expect(resources).toEqual({ requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } });
    expect(resourcesMigrationPod).toEqual(resources);
  });

  test('neither debug nor open the server, unless told to', () => {
    const { zenml } = zenmlValues(scope(), props);
    expect(zenml.debug).toBe(false);
    expect(zenml.analyticsOptIn).toBe(false);
    expect(zenml.environment).toBeUndefined();
    expect(zenml.ingress).toEqual({ enabled: false });
  });

  test('put every container below restricted', () => {
    const { podSecurityContext, securityContext } = zenmlValues(scope(), props);
    expect(podSecurityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('take every prop', () => {
    const values = zenmlValues(scope(), allProps);
    expect(values.zenml).toMatchObject({
      replicaCount: 2,
      image: { repository: 'example.org/zenml', tag: '0.94.2-1', pullPolicy: 'IfNotPresent' },
      debug: true,
      environment: { ZENML_SERVER_AUTO_ACTIVATE: '1' },
      database: { poolSize: 10, maxOverflow: 5 },
    });
    expect(values.resources.limits).toEqual({ cpu: '4', memory: '8Gi' });
    expect(values.resourcesMigrationPod.limits).toEqual({ cpu: '1', memory: '512Mi' });
    expect(values.nodeSelector).toEqual(infraPool.selector);
    expect(values.tolerations).toEqual(infraPool.tolerations);
  });

  test('read keys that outlive the release from a Secret, which only a later chart can', () => {
    expect(zenmlValues(scope(), allProps).zenml.environmentSecretKeyRefs).toEqual([
      { name: 'ZENML_SECRETS_STORE_ENCRYPTION_KEY', secretName: 'zenml-keys', secretKey: 'encryption-key' },
      { name: 'ZENML_SERVER_JWT_SECRET_KEY', secretName: 'zenml-keys', secretKey: 'jwt-secret' },
    ]);
    const { keys } = allProps;
    expect(() => zenmlValues(scope(), { ...props, keys })).toThrow(
      "fair: 'zenmlKeys' must be left out with chart 0.93.3, which reads no keys of Secrets, got 'zenml-keys'",
    );
  });

  test('open the bucket of the artifacts with the key that its clients have, where the chart can read it', () => {
    const secret = new SecretRef('s3-credentials', 'checksum of s3-credentials');
    const credentials = {
      accessKeyId: secret.key('AWS_ACCESS_KEY_ID'),
      secretAccessKey: secret.key('AWS_SECRET_ACCESS_KEY'),
    };
    const artifacts = { bucket: 'zenml', endpoint: 'http://minio.fair.svc:9000', credentials };
    const { zenml, podAnnotations } = zenmlValues(scope(), { ...props, chart: charts.zenml094, artifacts });
    expect(zenml.environmentSecretKeyRefs).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', secretName: 's3-credentials', secretKey: 'AWS_ACCESS_KEY_ID' },
      { name: 'AWS_SECRET_ACCESS_KEY', secretName: 's3-credentials', secretKey: 'AWS_SECRET_ACCESS_KEY' },
    ]);
    expect(zenml.environment).toEqual({ AWS_ENDPOINT_URL: artifacts.endpoint });
    expect(podAnnotations).not.toEqual(zenmlValues(scope(), { ...props, chart: charts.zenml094 }).podAnnotations);
    expect(zenmlValues(scope(), { ...props, artifacts }).zenml).toEqual(zenmlValues(scope(), props).zenml);
  });

  test('are reached by a host name with TLS, which the server calls itself by', () => {
    const { zenml, serviceAccount } = zenmlValues(scope(), allProps);
    expect(zenml.serverURL).toBe('https://zenml.example.org');
    expect(zenml.ingress).toEqual({
      enabled: true,
      className: 'nginx',
      annotations: { a: 'b' },
      host: 'zenml.example.org',
      path: '/',
      tls: { enabled: true, secretName: 'zenml-tls' },
    });
    expect(zenml.auth).toEqual({ jwtTokenExpireMinutes: 480 });
    expect(serviceAccount?.annotations).toEqual({ 'eks.amazonaws.com/role-arn': allProps.artifacts.roleArn });
  });

  test.each([
    ['host', { host: 'Zenml' }, "'ingress.host' must be a DNS name"],
    ['ingressClassName', { ingressClassName: '' }, "'ingress.ingressClassName' must be a DNS name"],
    ['tlsSecretName', { tlsSecretName: '-' }, "'ingress.tlsSecretName' must be a DNS name"],
  ])('fails with an Ingress whose %s cannot be', (_, change, message) => {
    const ingress = { ...allProps.ingress, ...change };
    expect(() => zenmlValues(scope(), { ...props, ingress })).toThrow(message);
  });

  test.each([
    ['part of a minute', Duration.seconds(90), '1.5 minutes'],
    ['no time at all', Duration.minutes(0), '0 minutes'],
  ])('fails with a login that lasts %s', (_, loginLifetime, got) => {
    expect(() => zenmlValues(scope(), { ...props, loginLifetime })).toThrow(
      `fair: 'loginLifetime' must be a whole number of minutes from 1, got '${got}'`,
    );
  });

  test('take the image from the registry of the environment, with its pull Secrets', () => {
    const { zenml, imagePullSecrets } = zenmlValues(mirroredScope(), props);
    expect(zenml.image.repository).toBe('registry.example.org/mirror/hotosm/zenml-postgres');
    expect(imagePullSecrets).toEqual([{ name: 'mirror-login' }]);
  });

  test('hold nothing undefined, null or empty', () => {
    expect(leftovers(zenmlValues(scope(), props))).toEqual([]);
    expect(leftovers(zenmlValues(mirroredScope(), allProps))).toEqual([]);
  });

  test.each([
    [charts.zenml094, images.zenml],
    [charts.zenml, images.zenml094],
  ])('fails where the server is another version than the chart (%#)', (chart, image) => {
    expect(() => zenmlValues(scope(), { ...props, chart: { ...chart, image } })).toThrow(
      `fair: 'chart.image' must have ${chart.version}, the version of the chart, in its tag, got '${image}'`,
    );
  });

  test('fails for a version of the chart whose values are not known', () => {
    const chart = { ...charts.zenml, version: '0.95.0' } as unknown as ZenmlChart;
    expect(() => zenmlValues(scope(), { ...props, chart })).toThrow(
      "fair: 'chart.version' must be one of '0.93.3', '0.94.2', got '0.95.0'",
    );
  });

  test('fails with numbers that cannot be', () => {
    expect(() => zenmlValues(scope(), { ...props, replicas: 0 })).toThrow("'replicas' must");
    expect(() => zenmlValues(scope(), { ...props, connections: { pool: 0, overflow: 1 } })).toThrow(
      "'connections.pool'",
    );
    expect(() => zenmlValues(scope(), { ...props, connections: { pool: 1, overflow: 0 } })).toThrow(
      "'connections.overflow'",
    );
  });
});
