import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { expect, it } from 'vitest';
import { Postgres } from '../../../lib/components/data/postgres';
import { requireUniqueNames } from '../../../lib/kube/objects/inventory';
import { applyServerSide } from '../../../lib/kube/objects/size-limits';
import { allowLocalCredentials, SecretRef } from '../../../lib/kube/secrets/secrets';
import { synth, synthError } from '../../support/synth';

const MIB = 1024 * 1024;

/** A chart with a plain object, applied with `--server-side` or without. */
function chartOf(make: (chart: Chart) => void, { serverSide }: { readonly serverSide: boolean }): Chart {
  const app = new App({ outdir: 'never-written' });
  // Data of Secrets may be written.
  allowLocalCredentials(app);
  if (serverSide) applyServerSide(app);
  const chart = new Chart(app, 'demo', { namespace: 'demo' });
  requireUniqueNames(chart);
  make(chart);
  return chart;
}

const metadata = { name: 'a' };
const SHAPES: readonly (readonly [string, (bytes: number) => (chart: Chart) => void])[] = [
  [
    'data of a ConfigMap',
    (bytes) => (chart) => new k8s.KubeConfigMap(chart, 'a', { metadata, data: { a: 'a'.repeat(bytes) } }),
  ],
  [
    'binary data of a ConfigMap',
    (bytes) => (chart) => new k8s.KubeConfigMap(chart, 'a', { metadata, binaryData: { a: base64(bytes) } }),
  ],
  ['data of a Secret', (bytes) => (chart) => new k8s.KubeSecret(chart, 'a', { metadata, data: { a: base64(bytes) } })],
  [
    'texts of a Secret',
    (bytes) => (chart) => new k8s.KubeSecret(chart, 'a', { metadata, stringData: { a: 'a'.repeat(bytes) } }),
  ],
];

it.each(SHAPES)('%s may hold 1 MiB', (_, shape) => {
  expect(synth(chartOf(shape(MIB), { serverSide: true }))).toHaveLength(1);
});

it.each(SHAPES)('fails for %s of more than 1 MiB', (_, shape) => {
  expect(synthError(chartOf(shape(MIB + 1), { serverSide: true }))).toContain(
    "demo/a: 'data' must hold at most 1048576 bytes, got 1048577",
  );
});

it('fails for an object whose copy is too large for the annotation of kubectl apply, and says what to do', () => {
  const large = (chart: Chart) => new k8s.KubeConfigMap(chart, 'a', { metadata, data: { a: 'a'.repeat(300_000) } });
  expect(synthError(chartOf(large, { serverSide: false }))).toMatch(
    /^.*demo\/a: 'metadata\.annotations' must have at most 262144 bytes, with the copy .*'serverSideApply'\), got 3001\d\d$/m,
  );
  expect(synth(chartOf(large, { serverSide: true }))).toHaveLength(1);
});

it('fails for annotations that are too large by themselves, however they are applied', () => {
  const annotations = { a: 'a'.repeat(262_144) };
  const large = (chart: Chart) => new k8s.KubeConfigMap(chart, 'a', { metadata: { ...metadata, annotations } });
  expect(synthError(chartOf(large, { serverSide: true }))).toContain(
    "demo/a: 'metadata.annotations' must have at most 262144 bytes, got 262145",
  );
});

it('fails for a server with more databases than one object has room for', () => {
  const password = new SecretRef('labels-db').key('password');
  const databases = Array.from({ length: 140 }, (_, index) => ({
    name: `db_${index}`,
    owner: `role_${index}`,
    password,
  }));
  const superuser = { username: 'postgres', password };
  const postgres = (chart: Chart) => new Postgres(chart, 'postgres', { superuser, databases });
  expect(synthError(chartOf(postgres, { serverSide: false }))).toContain('262144');
  expect(synth(chartOf(postgres, { serverSide: true }))).not.toEqual([]);
});

function base64(bytes: number): string {
  return Buffer.alloc(bytes, 'a').toString('base64');
}
