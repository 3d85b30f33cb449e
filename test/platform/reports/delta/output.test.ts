import { ApiObject, type Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { recordRequiredSecret } from '../../../../lib/kube/secrets/required-secrets';
import { type PlatformOutputOptions, platformOutput } from '../../../../lib/platform/reports/delta/output';
import { testChart } from '../../../support/synth';

function thingsOf(chart: Chart, options: Partial<PlatformOutputOptions> = {}) {
  return platformOutput(chart.node.root, { environment: 'dev', ...options }).things;
}

function object(chart: Chart, kind: string, name: string, fields: object = {}): ApiObject {
  return new ApiObject(chart, `${kind}-${name}`, { apiVersion: 'v1', kind, metadata: { name }, ...fields });
}

describe('what an environment writes', () => {
  it('is the objects of its charts, by kind, namespace and name, each in its chart', () => {
    const chart = testChart();
    object(chart, 'Service', 'api', { spec: { type: 'NodePort' } });
    const output = platformOutput(chart.node.root, { environment: 'dev' });
    expect(output).toMatchObject({ environment: 'dev', namespaces: { demo: 'demo' } });
    expect(output.things).toContainEqual(
      expect.objectContaining({ kind: 'Service', namespace: 'demo', name: 'api', chart: 'demo' }),
    );
    expect(output.things.find(({ kind }) => kind === 'Service')?.fields).toMatchObject({ spec: { type: 'NodePort' } });
  });

  it('is its releases, those that are taken out of the cluster not, and its documents, texts not', () => {
    const release = { namespace: 'demo', values: { replicaCount: 1, none: undefined } };
    const releases = [
      { ...release, name: 'on' },
      { ...release, name: 'off', installed: false },
    ];
    const documents = { 'kind.yaml': { name: 'a' }, 'secrets.md': '#', 'helmfile.yaml': {}, 'values/on.yaml': {} };
    expect(thingsOf(testChart(), { releases, documents }).filter(({ kind }) => kind !== 'Namespace')).toEqual([
      { kind: 'release', namespace: 'demo', name: 'on', chart: 'demo', fields: { values: { replicaCount: 1 } } },
      { kind: 'document', name: 'kind.yaml', fields: { name: 'a' } },
    ]);
  });

  it('has Jobs without the hash of their content, where a release waits for one, too', () => {
    const chart = testChart();
    object(chart, 'Job', 'init-0123abcd');
    const release = { name: 'on', namespace: 'demo', waitFor: [{ resource: 'job/init-0123abcd' }] };
    expect(thingsOf(chart, { releases: [release] })).toMatchObject([
      { kind: 'Job', name: 'init' },
      { kind: 'release', fields: { waitFor: [{ resource: 'job/init' }] } },
    ]);
  });

  it('has Secrets, whoever makes them, with where they come from and their keys, and never what is in them', () => {
    const chart = testChart();
    object(chart, 'Secret', 'written', { data: { password: 'cGFzcw==' }, stringData: { username: 'x' } });
    object(chart, 'SealedSecret', 'sealed', { spec: { encryptedData: { b: 'AgA' }, template: { data: { a: 'x' } } } });
    object(chart, 'ExternalSecret', 'stored', { spec: { data: [] } });
    const secret = { namespace: 'demo', readers: [], keys: { password: { meaning: '' } } };
    recordRequiredSecret(chart, { ...secret, name: 'missing' });
    recordRequiredSecret(chart, { ...secret, name: 'stored', stored: { store: 'aws', entries: {} } });
    const things = thingsOf(chart);
    expect(things.map(({ kind, name, fields }) => [kind, name, fields])).toEqual([
      [
        'Secret',
        'written',
        { origin: 'written, with documented values', type: 'Opaque', keys: ['password', 'username'] },
      ],
      ['Secret', 'sealed', { origin: 'written, encrypted', type: 'Opaque', keys: ['a', 'b'] }],
      ['Secret', 'missing', { origin: 'has to exist', type: 'Opaque', keys: ['password'] }],
      ['Secret', 'stored', { origin: 'from the store aws', type: 'Opaque', keys: ['password'] }],
    ]);
    expect(things.map(({ chart }) => chart)).toEqual(['demo', 'demo', 'demo', 'demo']);
    expect(JSON.stringify(things)).not.toContain('cGFzcw');
  });
});
