import { ApiObject } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets } from '../../lib/components/secrets/sources';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { delta } from '../../lib/platform/reports/delta/delta';
import { platformOutput } from '../../lib/platform/reports/delta/output';
import { portTable } from '../../lib/platform/reports/ports';
import { Stack } from '../../lib/platform/stack';
import type { StackContext, StackDefinition, StackOutputs } from '../../lib/platform/stack-definition';
import { Deployment } from '../../lib/workloads/deployment';
import { Service } from '../../lib/workloads/service';
import { synthesize } from '../support/environments';
import { all, type Helmfile, pool } from '../support/platform-samples';
import { identity, webPod } from '../support/samples';
import { find, synth } from '../support/synth';

const CRD = 'labels.example.org';

/** A stack that the library does not have, as another repository defines it. */
function labels(nodePort = 31000, changes: Partial<StackDefinition & StackOutputs> = {}): StackDefinition {
  const { releases, ports, documents, ...definition } = changes;
  return {
    byDefault: false,
    nodePorts: [{ nodePort, hostPort: nodePort - 20000 }],
    defineKinds(cluster) {
      if (cluster.node.tryFindChild(CRD) !== undefined) return;
      const kind = 'CustomResourceDefinition';
      new ApiObject(cluster, CRD, { apiVersion: 'apiextensions.k8s.io/v1', kind, metadata: { name: CRD } });
    },
    build(app, id, { credentials }) {
      const stack = new Stack(app, id, { namespace: id });
      credentials.provide(stack, {
        name: 'login',
        readers: ['server'],
        keys: { password: { meaning: 'yours', local: 'a' } },
      });
      new Deployment(stack, 'server', { identity, pod: { ...webPod, nodePool: pool } });
      new Service(stack, 'service', { name: 'server', identity, ports: [{ name: 'http', port: 80, nodePort }] });
      const chart = { repository: 'https://charts.example.org', name: 'opensearch', version: '3.1.0' };
      return {
        releases: releases ?? [{ name: 'search', namespace: id, chart, values: { replicas: 1 } }],
        ports: ports ?? [
          { name: `${id}-search`, local: nodePort - 21000, namespace: id, service: 'search', port: 9200 },
        ],
        documents: documents ?? { 'labels/settings.yaml': { colors: ['red'] }, 'labels/read-me.md': `# ${id}\n` },
      };
    },
    ...definition,
  };
}

const config: PlatformConfig = { ...all, stacks: { ...all.stacks, labels: labels() } };

describe('a stack of another repository', () => {
  const { app, platform } = synthesize(config, 'labels');
  const { deployFiles } = platform;
  const helmfile: Helmfile = parse(deployFiles['helmfile.yaml'] ?? '');

  it('is built where it is selected by name, and by default where it says so', () => {
    const charts = (stack: StackDefinition, selection: string) =>
      synthesize({ ...config, stacks: { labels: stack, ...all.stacks } }, selection)
        .app.charts.map(({ node }) => node.id)
        .sort();
    expect(charts(labels(), 'labels')).toEqual(['cluster', 'labels']);
    expect(charts(labels(), '')).toEqual(['cluster', 'fair', 'inference']);
    expect(charts(labels(31000, { byDefault: true }), '')).toEqual(['cluster', 'fair', 'inference', 'labels']);
  });

  it('has a file of its own in dist/, whose Secrets come from the environment', () => {
    const objects = synth(app);
    expect(find(objects, 'Deployment').metadata).toMatchObject({
      namespace: 'labels',
      labels: { 'app.kubernetes.io/part-of': 'labels' },
    });
    expect(find(objects, 'Secret').metadata).toMatchObject({ name: 'login', namespace: 'labels' });
    const elsewhere = synthesize({ ...config, local: false, credentials: existingSecrets() }, 'labels');
    expect(JSON.parse(elsewhere.platform.deployFiles['secrets.json'] ?? '').secrets[0]).toMatchObject({
      namespace: 'labels',
      name: 'login',
    });
  });

  it('has its kinds in the file that is applied first, however many stacks have them', () => {
    const stacks = { labels: labels(), more: labels(31001) };
    for (const selection of ['labels', 'all']) {
      const cluster = synthesize({ ...config, stacks }, selection).app.charts.find(({ node }) => node.id === 'cluster');
      expect(find(cluster?.toJson() ?? [], 'CustomResourceDefinition').metadata.name).toBe(CRD);
    }
    const { app: without } = synthesize(config, 'inference');
    expect(synth(without).filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
  });

  it('has its node port mapped by kind, and its port forwarded', () => {
    expect(parse(deployFiles['kind.yaml'] ?? '').nodes[0].extraPortMappings).toEqual([
      { containerPort: 31000, hostPort: 11000, listenAddress: '127.0.0.1', protocol: 'TCP' },
    ]);
    expect(portTable(platform.ports)).toContain(
      '| labels-search | http://localhost:10000 | `labels`  | `svc/search:9200` |',
    );
  });

  it('has its releases and documents in deploy/', () => {
    expect(helmfile.releases.find(({ name }) => name === 'search')).toEqual({
      name: 'search',
      namespace: 'labels',
      labels: { stage: 'applications' },
      chart: 'opensearch/opensearch',
      version: '3.1.0',
      values: ['values/search.yaml'],
    });
    expect(parse(deployFiles['values/search.yaml'] ?? '')).toEqual({ replicas: 1 });
    expect(parse(deployFiles['labels/settings.yaml'] ?? '')).toEqual({ colors: ['red'] });
    expect(deployFiles['labels/read-me.md']).toBe('# labels\n');
  });

  it('is one difference from an environment without it, with all that it writes, and none of it is drift', () => {
    const output = (stacks: PlatformConfig['stacks']) => {
      const { app, platform } = synthesize({ ...all, stacks }, 'all');
      const { releases, deployDocuments: documents, documentStacks } = platform;
      return platformOutput(app, { environment: 'test', releases, documents, documentStacks });
    };
    const build = () => ({ documents: { 'a.yaml': { a: 1 } } });
    const { groups, drift } = delta(output(all.stacks), output({ ...all.stacks, labels: labels(), texts: { build } }));
    expect(drift).toEqual([]);
    expect(groups['Stacks, releases and images']).toEqual([
      // Other stacks may define it, too.
      { of: `CustomResourceDefinition ${CRD}`, to: 'present' },
      { of: 'stack labels', to: 'present' },
      { of: 'stack texts', to: 'present' },
    ]);
    const others = Object.entries(groups).flatMap(([about, found]) =>
      about.startsWith('Stacks') ? [] : found.map((difference) => difference.of),
    );
    expect([...new Set(others)]).toEqual(['document kind.yaml']);
    const changed = labels(31000, { documents: { 'labels/settings.yaml': { colors: ['blue'] } } });
    expect(delta(output({ labels: labels() }), output({ labels: changed })).drift).toMatchObject([
      { of: 'document labels/settings.yaml', path: 'colors' },
    ]);
  });

  it('is told of its environment what there is to know', () => {
    const told: StackContext[] = [];
    const build: StackDefinition['build'] = (_app, _id, context) => {
      told.push(context);
      return {};
    };
    synthesize({ ...all, stacks: { labels: { build } } });
    const { credentials, nodePools } = all;
    expect(told).toEqual([{ environment: 'test', local: true, credentials, nodePools, kubeContext: 'test-admin' }]);
  });

  it('keeps what two of its kind write apart', () => {
    const { deployFiles } = synthesize({ ...config, stacks: { labels: labels(), more: labels(31001) } }).platform;
    const written = Object.entries(deployFiles).filter(([path]) => path.endsWith('read-me.md'));
    expect(written).toEqual([
      ['labels/read-me.md', '# labels\n'],
      ['more/labels/read-me.md', '# more\n'],
    ]);
    expect(Object.keys(deployFiles)).toEqual(
      expect.arrayContaining(['values/labels.search.yaml', 'values/more.search.yaml']),
    );
  });

  it.each(['helmfile.yaml', 'kind.yaml', 'secrets.md', 'secrets.json', 'values/mlflow.yaml'])(
    'fails where it writes deploy/%s, which all stacks share',
    (path) => {
      const stacks = { labels: labels(31000, { documents: { [path]: '' } }) };
      expect(() => synthesize({ ...all, stacks })).toThrow(
        `labels: 'documents' must have paths of their own, got '${path}'`,
      );
    },
  );

  it.each(['../secrets.md', '/etc/passwd', 'a//b.yaml'])(
    "fails for a document at '%s', which is not below deploy/",
    (path) => {
      const stacks = { labels: labels(31000, { documents: { [path]: '' } }) };
      expect(() => synthesize({ ...all, stacks })).toThrow(
        `labels: 'documents' must have paths below deploy/ (\`folder/name.yaml\`), got '${path}'`,
      );
    },
  );

  it.each([
    ['all', "app: 'stacks' must have other names than all and cluster, got 'all'"],
    ['My Stack', "app: 'stacks' must be a DNS label"],
  ])("fails for a stack called '%s'", (name, message) => {
    expect(() => synthesize({ ...all, stacks: { [name]: labels(31000) } })).toThrow(message);
  });

  it('fails for an entry that is no stack', () => {
    const stacks = { labels } as unknown as PlatformConfig['stacks'];
    expect(() => synthesize({ ...all, stacks })).toThrow("app: 'stacks.labels' must be a stack: fair({ … }), or an");
  });

  it('fails where it returns what no tool reads', () => {
    const build = () => ({ release: [] }) as StackOutputs;
    expect(() => synthesize({ ...all, stacks: { labels: { build } } })).toThrow(
      "labels: 'build().release' must be a known property (releases, ports, documents, day), got []",
    );
  });

  it('fails where another stack has its documents even in a folder of its own', () => {
    const documents = { 'a.md': '', 'more/a.md': '' };
    const stacks = { labels: labels(31000, { documents }), more: labels(31001, { documents }) };
    expect(() => synthesize({ ...all, stacks })).toThrow("more: 'documents' must have paths of their own, got 'a.md'");
  });

  it('fails where a release of it is one of another stack', () => {
    const releases = synthesize(all, 'fair').platform.releases.filter(({ name }) => name === 'mlflow');
    const stacks = { ...all.stacks, labels: labels(31000, { releases }) };
    expect(() => synthesize({ ...all, stacks })).toThrow(
      "helm releases: 'name' must be used once in a namespace, got 'fair/mlflow'",
    );
  });
});
