import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { charts } from '../../../lib';
import { fair } from '../../../lib/stacks/fair/fair';
import type { S3ObjectStore } from '../../../lib/stacks/fair/object-store';
import { synthesize } from '../../support/environments';
import { all, pool } from '../../support/platform-samples';
import { find, synth } from '../../support/synth';

const ceph: S3ObjectStore = {
  type: 'S3',
  endpoint: 'https://ceph.example.org:8443',
  buckets: { data: { bucket: 'data' }, mlflow: { bucket: 'runs' }, zenml: { bucket: 'artifacts' } },
};

function build(change: Partial<S3ObjectStore> = {}) {
  const stack = fair({
    nodePool: pool,
    objectStore: { ...ceph, ...change },
    charts: { mlflow: {}, zenml: { chart: charts.zenml094 } },
    pipelines: { pools: [pool], registry: { uri: 'ghcr.io/example' }, labelDomain: 'example.org' },
  });
  const { app, platform } = synthesize({ ...all, local: false, credentials: undefined, stacks: { fair: stack } });
  const file = (path: string) => parse(platform.deployFiles[path] ?? '');
  return { objects: synth(app), file };
}

describe('an object store that is neither MinIO of the stack nor AWS', () => {
  const { objects, file } = build();

  it('is told to MLflow, without a region where it has none', () => {
    const { MLFLOW_S3_ENDPOINT_URL, AWS_DEFAULT_REGION } = file('values/mlflow.yaml').extraEnvVars;
    expect({ MLFLOW_S3_ENDPOINT_URL, AWS_DEFAULT_REGION }).toEqual({ MLFLOW_S3_ENDPOINT_URL: ceph.endpoint });
  });

  it('is told to the server of ZenML, and to the pods of its pipelines', () => {
    expect(file('values/zenml.yaml').zenml.environment.AWS_ENDPOINT_URL).toBe(ceph.endpoint);
    const { pod_settings, orchestrator_pod_settings } = file('zenml/k8s.yaml').components.orchestrator.configuration;
    for (const { env } of [pod_settings, orchestrator_pod_settings]) {
      expect(env).toContainEqual({ name: 'AWS_ENDPOINT_URL', value: ceph.endpoint });
    }
  });

  it.each(['mlflow', 'zenml', 'pipelines'])('is reached by %s at its port', (name) => {
    const { egress } = find(objects, 'NetworkPolicy', name).spec;
    expect(egress).toContainEqual({ ports: [{ port: 8443, protocol: 'TCP' }] });
  });

  it.each(['auto', 'Region_1', undefined])('has any region that it wants, %s', (region) => {
    const { AWS_DEFAULT_REGION } = build({ region }).file('values/mlflow.yaml').extraEnvVars;
    expect(AWS_DEFAULT_REGION).toBe(region);
  });

  it.each<[string, Partial<S3ObjectStore>, string]>([
    ['a path', { endpoint: 'https://ceph.example.org/' }, "'objectStore.endpoint' must be an http or https URL"],
    ['no scheme', { endpoint: 'ceph.example.org' }, "'objectStore.endpoint' must be an http or https URL"],
    [
      'an endpoint of AWS and no region',
      { endpoint: 'https://s3.eu-central-1.amazonaws.com' },
      "fair: 'objectStore.region' must be a region of AWS (us-east-1), got undefined",
    ],
    ['neither an endpoint nor a region', { endpoint: undefined }, "'objectStore.region' must be a region of AWS"],
  ])('fails with %s', (_, change, message) => {
    expect(() => build(change)).toThrow(message);
  });
});
