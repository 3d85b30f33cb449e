import { type Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { notes } from '../../../../lib/kube/objects/notes';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import type { EoapiChart } from '../../../../lib/stacks/fair/charts/eoapi-versions';
import { type StacProps, stacValues } from '../../../../lib/stacks/fair/charts/stac';
import { charts, images } from '../../../../lib/versions';
import { database, infraPool, leftovers, mirroredScope, scope } from '../../../platform/releases/samples';

const props: StacProps = { database: database('fair_models', 'stac-db'), title: 'Models', description: 'All of them' };
const allProps: Required<StacProps> = {
  ...props,
  transactions: true,
  autoscaling: { minReplicas: 2, maxReplicas: 4, averageUtilization: 75 },
  workers: 4,
  connections: { min: 2, max: 6 },
  resources: {
    requests: { cpu: Cpu.millis(300), memory: Size.mebibytes(300) },
    limits: { cpu: Cpu.units(3), memory: Size.gibibytes(3) },
  },
  migrationResources: {
    requests: { cpu: Cpu.millis(200), memory: Size.mebibytes(200) },
    limits: { cpu: Cpu.units(2), memory: Size.gibibytes(2) },
  },
  chart: { ...charts.eoapi0122, image: 'example.org/api:1.0', migrationImage: 'example.org/migration:v0.10.1' },
  nodePool: infraPool,
  serviceAccountName: 'catalogue',
};

describe('the values of the STAC API', () => {
  test('add pods by the CPU that they use, where that is asked for', () => {
    expect(stacValues(scope(), props).stac).not.toHaveProperty('autoscaling');
    expect(stacValues(scope(), allProps).stac.autoscaling).toEqual({
      enabled: true,
      type: 'cpu',
      minReplicas: 2,
      maxReplicas: 4,
      targets: { cpu: 75 },
    });
  });

  test.each([
    ['minReplicas', { minReplicas: 0 }, "demo: 'autoscaling.minReplicas' must be a whole number from 1, got 0"],
    ['maxReplicas', { maxReplicas: 1 }, "demo: 'autoscaling.maxReplicas' must be a whole number from 2, got 1"],
    [
      'averageUtilization',
      { averageUtilization: 101 },
      "demo: 'autoscaling.averageUtilization' must be per cent from 1 to 100, got 101",
    ],
  ])('fails with %s that cannot be', (_, change, message) => {
    const autoscaling = { ...allProps.autoscaling, ...change };
    expect(() => stacValues(scope(), { ...props, autoscaling })).toThrow(message.replace('demo', 'fair'));
  });

  test('name the Secret of the connection and its keys, and hold nothing of it', () => {
    const values = stacValues(scope(), { ...props, database: { ...props.database, username: 'somebody' } });
    expect(values.postgresql).toEqual({
      type: 'external-secret',
      external: {
        existingSecret: {
          name: 'stac-db',
          keys: { username: 'username', password: 'password', host: 'host', port: 'port', database: 'database' },
        },
      },
    });
    expect(JSON.stringify(values)).not.toContain('somebody');
  });

  test('switch off every other service and database of the chart', () => {
    const { postgrescluster, raster, vector, browser, docServer, ingress, apiServices } = stacValues(scope(), props);
    for (const part of [postgrescluster, raster, vector, browser, docServer, ingress]) expect(part.enabled).toBe(false);
    expect(apiServices).toEqual(['stac']);
  });

  test('leave the links without a prefix, in the version that they are for and in later ones', () => {
    const { overrideRootPath, ingress } = stacValues(scope(), props).stac;
    expect({ overrideRootPath, ingress }).toEqual({ overrideRootPath: '', ingress: { enabled: false, path: '' } });
  });

  test('migrate before the release, so that waiting for it ends', () => {
    const { configMaps, jobs } = stacValues(scope(), props).pgstacBootstrap;
    const hook = { annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' } };
    expect(configMaps.pgstacSettings).toEqual(hook);
    expect(jobs.pgstacMigrate).toEqual(hook);
  });

  test('let nobody change the catalogue, unless told to', () => {
    const { envVars } = stacValues(scope(), props).stac.settings;
    expect(envVars.ENABLE_TRANSACTIONS_EXTENSIONS).toBe('false');
  });

  test('take every prop', () => {
    const { stac, pgstacBootstrap, serviceAccount } = stacValues(scope(), allProps);
    expect(stac.image).toEqual({ name: 'example.org/api', tag: '1.0' });
    expect(pgstacBootstrap.image).toEqual({ name: 'example.org/migration', tag: 'v0.10.1' });
    expect(stac.settings.envVars).toEqual({
      HOST: '::',
      PORT: '8080',
      WEB_CONCURRENCY: '4',
      DB_MIN_CONN_SIZE: '2',
      DB_MAX_CONN_SIZE: '6',
      STAC_FASTAPI_TITLE: 'Models',
      STAC_FASTAPI_DESCRIPTION: 'All of them',
      ENABLE_TRANSACTIONS_EXTENSIONS: 'true',
    });
    expect(stac.settings.resources).toEqual({
      requests: { cpu: '300m', memory: '300Mi' },
      limits: { cpu: '3', memory: '3Gi' },
    });
    expect(pgstacBootstrap.settings.resources).toEqual({
      requests: { cpu: '200m', memory: '200Mi' },
      limits: { cpu: '2', memory: '2Gi' },
    });
    for (const { affinity, tolerations } of [stac.settings, pgstacBootstrap.settings]) {
      expect(affinity?.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
        { matchExpressions: [{ key: 'fair.dev/role', operator: 'In', values: ['infra'] }] },
      ]);
      expect(tolerations).toEqual(infraPool.tolerations);
    }
    expect(serviceAccount).toEqual({ create: false, name: 'catalogue' });
  });

  test('change a label of the pods with the Secret, where the Secret is written here', () => {
    const label = (secret: SecretRef) =>
      stacValues(scope(), { ...props, database: { ...props.database, password: secret.key('password') } }).stac.settings
        .labels?.['checksum/credentials'];
    expect(label(new SecretRef('stac-db', 'a'))).toMatch(/^[0-9a-f]{16}$/);
    expect(label(new SecretRef('stac-db', 'a'))).not.toBe(label(new SecretRef('stac-db', 'b')));
    expect(label(new SecretRef('stac-db'))).toBeUndefined();
  });

  test('hold nothing undefined, null or empty', () => {
    expect(leftovers(stacValues(scope(), props))).toEqual([]);
    expect(leftovers(stacValues(scope(), allProps))).toEqual([]);
  });

  test('take images from the registry of the environment', () => {
    const { stac, pgstacBootstrap } = stacValues(mirroredScope(), { ...props, serviceAccountName: 'puller' });
    expect(stac.image.name).toBe('registry.example.org/mirror/stac-utils/stac-fastapi-pgstac');
    expect(pgstacBootstrap.image.name).toBe('registry.example.org/mirror/stac-utils/pgstac-pypgstac');
  });

  test('fails with pull Secrets and no account that has them: the chart has no value for them', () => {
    expect(() => stacValues(mirroredScope(), props)).toThrow(
      "fair: 'serviceAccountName' must name an account with the pull Secrets mirror-login: the chart has no value for them, got undefined",
    );
  });

  test('fails with numbers that cannot be', () => {
    expect(() => stacValues(scope(), { ...props, workers: 0 })).toThrow(
      "'workers' must be a whole number from 1, got 0",
    );
    expect(() => stacValues(scope(), { ...props, connections: { min: 0, max: 3 } })).toThrow("'connections.min'");
    expect(() => stacValues(scope(), { ...props, connections: { min: 4, max: 3 } })).toThrow("'connections.max'");
  });

  test('fails with an image that is not pinned', () => {
    const chart = { ...charts.eoapi, image: 'example.org/api' };
    expect(() => stacValues(scope(), { ...props, chart })).toThrow("fair: 'chart.image' must be pinned");
  });

  test.each([
    [charts.eoapi0122, images.pypgstac, '0.10'],
    [charts.eoapi, images.pypgstac010, '0.9'],
  ])(
    'fails where the database would be migrated to another pgstac than the API of the chart speaks (%#)',
    (chart, migrationImage, release) => {
      expect(() => stacValues(scope(), { ...props, chart: { ...chart, migrationImage } })).toThrow(
        `fair: 'chart.migrationImage' must have a tag v${release}.…, which chart ${chart.version} works with, got '${migrationImage}'`,
      );
    },
  );

  test('name the image that waits for the migration, with a chart that has a value for it', () => {
    const { waitImage } = stacValues(scope(), { ...props, chart: charts.eoapi015 }).pgstacBootstrap;
    expect(waitImage).toEqual({ name: 'docker.io/alpine/kubectl', tag: '1.34.1' });
    expect(stacValues(scope(), props).pgstacBootstrap).not.toHaveProperty('waitImage');
  });

  test('fails with that image in an older chart, and without it in 0.15.0', () => {
    const { waitImage, ...without } = charts.eoapi015;
    expect(() => stacValues(scope(), { ...props, chart: { ...charts.eoapi, waitImage } })).toThrow(
      `fair: 'chart.waitImage' must be left out with chart 0.12.0, got '${waitImage}'`,
    );
    expect(() => stacValues(scope(), { ...props, chart: without })).toThrow(
      "fair: 'chart.waitImage' must be given with chart 0.15.0, got undefined",
    );
  });

  test.each([
    ['an older chart', charts.eoapi, 1],
    ['an older chart', charts.eoapi0122, 1],
    ['0.15.0', charts.eoapi015, 0],
  ])('note the image that does not follow the registry of the environment (%s)', (_, chart, count) => {
    const noted = (place: Chart) => {
      stacValues(place, { ...props, chart, serviceAccountName: 'stac' });
      return notes(place);
    };
    expect(noted(scope())).toEqual([]);
    expect(noted(mirroredScope())).toEqual(
      Array(count).fill(
        `fair: chart ${chart.version} pulls alpine/kubectl:1.34.1 from Docker Hub, whatever 'images.registry' says: charts.eoapi015 does not`,
      ),
    );
  });

  test('fails for a version of the chart whose values are not known', () => {
    const chart = { ...charts.eoapi, version: '0.13.0' } as unknown as EoapiChart;
    expect(() => stacValues(scope(), { ...props, chart })).toThrow(
      "fair: 'chart.version' must be one of '0.12.0', '0.12.2', '0.15.0', got '0.13.0'",
    );
  });
});
