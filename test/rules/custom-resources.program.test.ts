import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Duration } from 'cdk8s';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { externalSecrets } from '../../lib/components/secrets/external-secret';
import { sealedSecrets } from '../../lib/components/secrets/sealed-secret';
import { existingSecrets } from '../../lib/components/secrets/sources';
import { secretKeys } from '../../lib/kube/secrets/required-secrets';
import { FLTS_SMALL } from '../../lib/stacks/flts/profiles';
import { FltsStack } from '../../lib/stacks/flts/stack';
import { findPrograms } from '../platform/releases/programs';
import { isCustom, writeSchemas } from '../support/custom-resources';
import { validate } from '../support/kubeconform';
import { describeProgram } from '../support/programs';
import { everyWorld, type Manifest } from '../support/rules';
import { everyKind, seal } from '../support/secrets';
import { synth, testChart } from '../support/synth';

/** The CRDs of the operators, as `.ci/install-crds` takes them from what they publish. */
const { CUSTOM_RESOURCE_DEFINITIONS = resolve('.tools/crds') } = process.env;

const schemas = mkdtempSync(join(tmpdir(), 'crds-'));
afterAll(() => rmSync(schemas, { recursive: true }));

const LOCATION = join(schemas, '{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json');
const found = existsSync(CUSTOM_RESOURCE_DEFINITIONS)
  ? findPrograms('kubeconform')
  : `no CRDs in ${CUSTOM_RESOURCE_DEFINITIONS}`;

/** A Secret with a key of every kind, from each of the operators that make Secrets. */
function secretObjects(): Manifest[] {
  const keys = secretKeys(everyKind).map(([key]) => [key, seal(key, '')]);
  const encryptedData = { [everyKind.name]: Object.fromEntries(keys) };
  const sources = [
    externalSecrets({ store: { name: 'aws', kind: 'ClusterSecretStore' }, refreshInterval: Duration.hours(2) }),
    ...(['strict', 'namespace-wide', 'cluster-wide'] as const).map((scope) => sealedSecrets({ encryptedData, scope })),
  ];
  return sources.flatMap((source) => {
    const chart = testChart();
    source.provide(chart, everyKind);
    return synth(chart);
  });
}

/** What the operator of Prometheus is given for the pipeline. */
function monitoringObjects(): Manifest[] {
  const chart = new FltsStack(new App({ outdir: 'never-written' }), 'flts', {
    credentials: existingSecrets(),
    profile: FLTS_SMALL,
    observability: { type: 'operator', labels: { release: 'kube-prometheus-stack' } },
  });
  return synth(chart).filter(isCustom);
}

const worlds = everyWorld()
  .map(({ config, objects }) => [config.name, objects.filter(isCustom)] as const)
  .filter(([, objects]) => objects.length > 0);

it('there are custom resources to look at', () => {
  expect(worlds.map(([name]) => name)).toEqual(expect.arrayContaining(['prod', 'prod elsewhere']));
});

describeProgram(found, 'every custom resource has exactly the schema of its operator', (programs) => {
  beforeAll(() => writeSchemas(CUSTOM_RESOURCE_DEFINITIONS, schemas));
  const findings = (objects: readonly Manifest[]) => validate(programs().kubeconform, objects, LOCATION);

  it.each(worlds)('in the environment %s', (_, objects) => {
    expect(findings(objects)).toEqual({ checked: objects.length, problems: [] });
  });

  it('where operators make the Secrets', () => {
    const objects = secretObjects();
    expect(findings(objects)).toEqual({ checked: objects.length, problems: [] });
    const wrong = objects.map((object) => ({ ...object, spec: { ...object.spec, secretName: 'app' } }));
    expect(findings(wrong).problems).toHaveLength(objects.length);
  });

  it('where an operator has the Prometheus', () => {
    const objects = monitoringObjects();
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['ServiceMonitor', 'PrometheusRule']));
    expect(findings(objects)).toEqual({ checked: objects.length, problems: [] });
    const wrong = objects.map((object) => ({ ...object, spec: { ...object.spec, jobName: 'inference' } }));
    expect(findings(wrong).problems).toHaveLength(objects.length);
  });

  const cluster = worlds.flatMap(([, objects]) => objects).find(({ kind }) => kind === 'Cluster') as Manifest;
  it.each<[string, object, RegExp]>([
    ['a field that does not exist', { instance: 2 }, /'instance'/],
    ['a field that does not exist, further down', { storage: { sise: '1Gi' } }, /'sise'/],
    ['text where there must be a number', { instances: 'two' }, /got string, want integer/],
    ['a value that is none of those allowed', { primaryUpdateStrategy: 'never' }, /unsupervised/],
  ])('fails for %s', (_, change, message) => {
    const { problems } = findings([{ ...cluster, spec: { ...cluster.spec, ...change } }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
