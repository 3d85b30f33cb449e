import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Library from '../../lib';
import { bundleLibrary } from '../../scripts/bundle';
import { policiesOf, synth, synthError } from '../support/synth';
import { repository } from './project';

type Copy = typeof Library;

let folder: string;
let first: Copy;
let second: Copy;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'two-copies-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const folders = ['first', 'second'].map((name) => join(folder, name)) as [string, string];
  bundleLibrary(folders[0]);
  cpSync(...folders, { recursive: true });
  const load = (copy: string, door: string) => createRequire(import.meta.url)(join(copy, door));
  [first, second] = folders.map((copy) => ({ ...load(copy, 'index.js'), ...load(copy, 'platform/index.js') })) as [
    Copy,
    Copy,
  ];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resources = {
  requests: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) },
  limits: { memory: Size.mebibytes(128) },
};
const image = 'example.org/server:1.2.3';
const capacity = { cpu: Cpu.units(4), memory: Size.gibibytes(8) };
const poolProps = { name: 'general', labels: { 'example.org/role': 'general' }, capacity, nodes: { min: 2 } };

/**
 * A database, its client, a model server, and what else constructs of one app know of each other.
 * @param copyOf - the copy of the package that makes each of 20 things
 */
function catalogue(copyOf: (step: number) => Copy): App {
  const app = new App({ outdir: 'never-written' });
  copyOf(0).allowLocalCredentials(app);
  copyOf(1).setImageSettings(app, { registry: 'mirror.example.org', pullSecrets: ['pull'] });
  const pool = new (copyOf(2).NodePool)(poolProps);
  copyOf(3).setNodePools(app, [pool]);
  const chart = new Chart(app, 'catalogue', { namespace: 'catalogue' });
  copyOf(4).isolate(chart);
  const key = { meaning: 'password', local: 'documented' };
  const admin = { name: 'admin', readers: ['postgres'], keys: { password: key } };
  const secret = copyOf(5).localCredentials().provide(chart, admin);
  const shared = copyOf(6).localCredentials().provide(chart, admin);
  const postgres = new (copyOf(7).Postgres)(chart, 'postgres', {
    superuser: { username: 'admin', password: secret.key('password') },
    databases: [{ name: 'items', owner: 'items', password: new (copyOf(8).SecretRef)('items').key('password') }],
  });
  const data = copyOf(9)
    .existingSecrets()
    .provide(chart, { ...admin, name: 'items' });
  const settings = new (copyOf(10).ConfigMap)(chart, 'settings', { name: 'settings', data: { A: 'b' } });
  const client = new (copyOf(11).Deployment)(chart, 'client', {
    identity: { name: 'client', instance: 'client', component: 'web' },
    strategy: { maxSurge: copyOf(12).PodCount.absolute(1), maxUnavailable: copyOf(12).PodCount.percent(25) },
    pod: {
      securityContext: { user: 1000 },
      nodePool: new (copyOf(13).NodePool)(poolProps),
      containers: [
        {
          name: 'main',
          image,
          resources,
          env: { PASSWORD: data.key('password'), ADMIN: shared.key('password') },
          mounts: [{ volume: copyOf(14).Volume.configMap('settings', settings), path: '/settings' }],
        },
      ],
    },
  });
  copyOf(15).connect(client.pods, postgres.connection('items'));
  const server = new (copyOf(16).InferenceService)(chart, 'tagger', {
    name: 'tagger',
    image,
    user: { user: 1000 },
    resources,
    replicas: 2,
    nodePool: pool,
    exposure: copyOf(16).nodePort(30_123),
  });
  copyOf(17).connect(client.pods, server.connection);
  const job = postgres.databaseJob as NonNullable<typeof postgres.databaseJob>;
  copyOf(18).patch(job, { op: 'add', path: '/spec/suspend', value: true });
  copyOf(19).patch(job, { op: 'add', path: '/spec/template/spec/priorityClassName', value: 'low' });
  return app;
}

const ofOne = () => catalogue(() => first);
/** Every second thing is made by the second copy. */
const ofTwo = () => catalogue((step) => (step % 2 === 0 ? first : second));

describe('two installed copies of the package in one app', () => {
  it('are two: what one has made is no instance of the classes of the other', () => {
    expect(first.Postgres).not.toBe(second.Postgres);
  });

  it('give the connections that either declares a policy', () => {
    const policies = ['default-deny', 'allow-dns', 'postgres-databases', 'postgres', 'client', 'tagger-deploy'];
    expect(policiesOf(synth(ofOne()))).toEqual(policies);
    expect(policiesOf(synth(ofTwo()))).toEqual(policies);
  });

  it('write what one of them writes, whichever makes which construct', () => {
    const expected = synth(ofOne());
    const choices = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(choices, (choice) => {
        expect(synth(catalogue((step) => (choice[step] ? first : second)))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('list the Secrets that either asks for', () => {
    const app = ofTwo();
    const names = [first, second].map((copy) => copy.requiredSecrets(app).map(({ name }) => name));
    expect(names).toEqual([['items'], ['items']]);
  });

  it('tell what either has to note', () => {
    const app = ofTwo();
    new second.ResourceQuota(chartOf(app), 'quota', { name: 'quota', pods: 6 });
    expect(first.notes(app)).toEqual(second.notes(app));
    expect(first.notes(app).join()).toContain('catalogue/quota: ');
  });

  it('know the errors of each other', () => {
    const error = thrownBy(() => new second.SecretRef('A B'));
    expect(error).toBeInstanceOf(second.InvalidPropError);
    expect(error).toBeInstanceOf(first.InvalidPropError);
    expect(new Error('other')).not.toBeInstanceOf(first.InvalidPropError);
  });

  it.each<[string, (chart: Chart) => unknown, string]>([
    [
      'a node port that the other has given away',
      (chart) => serverOf(chart, { exposure: second.nodePort(30_123) }),
      '(catalogue/tagger/service has it already), got 30123',
    ],
    [
      'a node pool that the other has not declared',
      (chart) => serverOf(chart, { nodePool: new second.NodePool({ ...poolProps, labels: { other: 'a' } }) }),
      "'nodePool' must be the pool of this name itself or an equal one",
    ],
    [
      'a Secret that the other wants otherwise',
      (chart) => {
        const spec = { name: 'admin', readers: [], keys: { token: { meaning: 'token', local: 'documented' } } };
        second.localCredentials().provide(chart, spec);
      },
      "'name' must be the name of one Secret in namespace 'catalogue'",
    ],
  ])('fail for %s', (_, make, message) => {
    const chart = chartOf(catalogue(() => first));
    expect(() => make(chart)).toThrow(message);
  });

  it('fail for two objects of one name', () => {
    const app = catalogue(() => first);
    new second.ConfigMap(chartOf(app), 'other', { name: 'settings', data: { A: 'b' } });
    expect(synthError(app)).toContain("catalogue/other/Default: 'name' must be unique for a ConfigMap");
  });
});

function chartOf(app: App): Chart {
  return app.node.findChild('catalogue') as Chart;
}

function serverOf(chart: Chart, props: Partial<Library.InferenceServiceProps>): Library.InferenceService {
  return new second.InferenceService(chart, 'other', {
    name: 'other',
    image,
    user: { user: 1000 },
    resources,
    ...props,
  });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing is thrown');
}
