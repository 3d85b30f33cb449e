import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dev, prod } from '../../environments';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { synthesize } from '../support/environments';
import { type Endpoint, lets, type Port } from '../support/network-evaluator';
import { reachabilityPage } from '../support/reachability';
import { containersOf, type Manifest, podOf } from '../support/rules';
import { root } from '../support/sources';
import { synth } from '../support/synth';

const page = readFileSync(join(root, 'docs/reference/reachability.md'), 'utf8');

interface Row {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
}

/** An endpoint, and what the page calls it: nothing where it is none of the pods that the page speaks of. */
interface Known extends Endpoint {
  readonly names: readonly string[];
}

// Wrong after a change that is meant? npm run accept
it('the page of who reaches whom is what `npm run reachability` writes', () => {
  expect(page).toBe(reachabilityPage());
});

describe.each([dev, prod].map((config) => [config.name, config] as const))('the table of %s', (name, config) => {
  const { rows, namespaces } = tableOf(name);
  const { objects, labelsOfPipelines } = written(config);
  // Operators are in no table: network-policy.test.ts.
  const policies = objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name !== 'operators');
  const endpoints = [
    ...podsOf(objects),
    ...others(name, labelsOfPipelines),
    ...databaseClients(policies),
    ...outside(namespaces),
  ];
  const ports = portsOf(endpoints);
  const clusterNamespaces = [...new Set(endpoints.flatMap(({ namespace }) => namespace ?? []))];
  const labels = clusterNamespaces.map((namespace) => [namespace, { 'kubernetes.io/metadata.name': namespace }]);

  // Found once: the policies that are left out below do not change what the page says.
  const saidFrom = (from: Known, to: Known) => ports.map((port) => said(rows, namespaces, from, to, port));
  const saidOf = new Map(endpoints.map((from) => [from, new Map(endpoints.map((to) => [to, saidFrom(from, to)]))]));

  /** The connections about which the table and policies do not agree. */
  const disagreements = (
    given: readonly Manifest[],
    limit = Number.POSITIVE_INFINITY,
    ends: readonly Known[] = endpoints,
  ): string[] => {
    const cluster = { namespaces: Object.fromEntries(labels), policies: given };
    const found: string[] = [];
    for (const from of ends) {
      for (const to of ends) {
        for (const [index, port] of ports.entries()) {
          if (lets(cluster, from, to, port) === saidOf.get(from)?.get(to)?.[index]) continue;
          found.push(`${from.namespace}/${from.names} → ${to.namespace}/${to.names} ${port.protocol} ${port.port}`);
          if (found.length >= limit) return found;
        }
      }
    }
    return found;
  };

  it('has every pod that the environment writes, and every namespace of a stack', () => {
    const named = new Set(rows.flatMap(({ from, to }) => [from, to]));
    const pods = podsOf(objects).flatMap(({ names }) => names);
    expect(pods.filter((pod) => !named.has(pod))).toEqual([]);
    const withPods = new Set(endpoints.filter(({ names }) => names.length > 0).map(({ namespace }) => namespace));
    expect([...withPods].filter((namespace) => namespace && !namespaces.includes(namespace))).toEqual([]);
  });

  it('names no pods that there are not', () => {
    const known = new Set(endpoints.flatMap(({ names }) => names));
    const named = rows.flatMap(({ from, to }) => [from, to]).filter((cell) => cell.includes('/'));
    expect(named.filter((cell) => !known.has(cell))).toEqual([]);
  });

  it('agrees with the policies about every pair of endpoints and every port', () => {
    expect(endpoints.length).toBeGreaterThanOrEqual(20);
    expect(disagreements(policies)).toEqual([]);
  });

  it.each(policies.map((policy) => [`${policy.metadata.namespace}/${policy.metadata.name}`, policy] as const))(
    'fails to agree without the policy %s',
    (_, policy) => {
      const others = policies.filter((other) => other !== policy);
      // One disagreement is enough, and it is found soonest among the pods that the policy may be about.
      const isNear = ({ namespace }: Known) => namespace === policy.metadata.namespace;
      const nearest = [...endpoints.filter(isNear), ...endpoints.filter((end) => !isNear(end))];
      expect(disagreements(others, 1, nearest)).toHaveLength(1);
    },
  );
});

/** Whether the page says that there is this connection. */
function said(rows: readonly Row[], isolated: readonly string[], from: Known, to: Known, { port, protocol }: Port) {
  const rowsOf = (matches: (row: Row) => boolean) =>
    rows.some((row) => matches(row) && (row.ports.length === 0 || (protocol === 'TCP' && row.ports.includes(port))));
  const leaves =
    !isolated.includes(from.namespace ?? '') ||
    ((to.namespace === 'kube-system' || to.ip === NODE_CACHE) && port === 53) ||
    rowsOf((row) => from.names.includes(row.from) && covers(row.to, to));
  const enters =
    !isolated.includes(to.namespace ?? '') || rowsOf((row) => to.names.includes(row.to) && covers(row.from, from));
  return leaves && enters;
}

/** Whether a cell of the page is about an endpoint. */
function covers(cell: string, { names, namespace, ip }: Known): boolean {
  const [, other] = /^pods of (.*)$/.exec(cell) ?? [];
  if (other !== undefined) return namespace === other;
  if (cell === 'anyone' || cell === 'the API server' || cell.startsWith('host ')) return true;
  if (cell === 'the internet') return ip === PUBLIC;
  return names.includes(cell);
}

/** The rows of an environment, and the namespaces that are isolated. */
function tableOf(environment: string): { rows: Row[]; namespaces: string[] } {
  const section = page.split(/^## Environment /m).find((text) => text.startsWith(`\`${environment}\``)) ?? '';
  const rows = [...section.matchAll(/^\| (.+) \| (.+) \| (all|[\d, ]+) \|$/gm)].map(
    ([, from = '', to = '', ports]) => ({
      from: from.replaceAll('`', ''),
      to: to.replaceAll('`', ''),
      ports: ports === 'all' ? [] : (ports ?? '').split(', ').map(Number),
    }),
  );
  return { rows, namespaces: [...section.matchAll(/^### Stack .*namespace `(.*)`$/gm)].map(([, name = '']) => name) };
}

function written(config: PlatformConfig) {
  const { app, platform } = synthesize(config);
  const { configuration } = parse(platform.deployFiles['zenml/k8s.yaml'] ?? '').components.orchestrator;
  return {
    objects: synth(app),
    labelsOfPipelines: {
      step: configuration.pod_settings.labels as Record<string, string>,
      orchestrator: configuration.orchestrator_pod_settings.labels as Record<string, string>,
    },
  };
}

/** One pod of each workload that the environment writes, and of each database cluster. */
function podsOf(objects: readonly Manifest[]): Known[] {
  return objects.flatMap((object) => {
    const { namespace, name } = object.metadata;
    if (object.kind === 'Cluster') {
      const labels = { 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance', 'cnpg.io/instanceRole': 'primary' };
      const ports = { postgresql: 5432, status: 8000, metrics: 9187 };
      return [{ names: [`${namespace}/${name}`], namespace, ip: POD, labels, ports }];
    }
    const pod = podOf(object);
    if (pod === undefined) return [];
    const { labels } = pod.metadata;
    const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
    const named = ports.map((port: Manifest) => [port.name, port.containerPort]);
    const instance = labels['app.kubernetes.io/instance'];
    return [{ names: [`${namespace}/${instance}`], namespace, ip: POD, labels, ports: Object.fromEntries(named) }];
  });
}

/** Pods that charts, operators and ZenML create, with the labels that these give to them. */
function others(
  environment: string,
  pipelines: Readonly<Record<'step' | 'orchestrator', Record<string, string>>>,
): Known[] {
  const fair = environment === 'prod' ? 'fair-prod' : 'fair';
  const runs = environment === 'prod' ? 'zenml-pipelines-prod' : 'fair';
  const pod = (namespace: string, names: readonly string[], labels: Record<string, string>, port = 8080): Known => ({
    names: names.map((name) => `${namespace}/${name}`),
    namespace,
    ip: POD,
    labels,
    ports: { http: port },
  });
  const of = (name: string, instance: string) => ({
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': instance,
  });
  const run = { run: 'training-2026', pipeline: 'training' };
  return [
    pod(fair, ['stac'], { app: 'stac-stac', ...of('eoapi', 'stac'), 'app.kubernetes.io/component': 'stac' }),
    pod(fair, ['stac-migration'], { app: 'stac-pgstac-migrate' }),
    pod(fair, ['mlflow'], { app: 'mlflow', ...of('mlflow', 'mlflow') }, 5000),
    pod(fair, ['zenml'], of('zenml', 'zenml')),
    pod(fair, ['zenml'], { ...of('zenml', 'zenml'), 'job-name': 'zenml-db-migration' }),
    pod(environment === 'prod' ? 'inference-prod' : 'inference', ['debug'], { run: 'debug' }),
    pod(runs, ['pipelines'], { ...pipelines.step, ...run }),
    pod(runs, ['pipelines', 'pipelines-orchestrator'], { ...pipelines.orchestrator, ...run }),
    ...(environment === 'prod'
      ? [
          ...[fair, 'inference-prod', 'flts'].map((namespace) =>
            pod(namespace, ['certificate-solver'], { 'acme.cert-manager.io/http01-solver': 'true' }, 8089),
          ),
          pod(fair, ['fair-api'], of('fair', 'fair'), 8000),
        ]
      : [
          pod(
            'ml-models',
            ['models'],
            { app: 'iris-classifier-inference', component: 'inference-server', 'model-name': 'iris-classifier' },
            8001,
          ),
        ]),
  ];
}

/** Pods of no chart that a database beside those of the platform is for. */
function databaseClients(policies: readonly Manifest[]): Known[] {
  return policies.flatMap(({ metadata: { namespace, name }, spec }) => {
    const { 'database-client': secret } = spec.podSelector.matchLabels ?? {};
    if (secret === undefined) return [];
    const labels = { app: 'backend', 'database-client': secret };
    return [{ names: [`${namespace}/${name}`], namespace, ip: POD, labels, ports: { http: 8080 } }];
  });
}

const POD = '10.244.1.7';
const PUBLIC = '93.184.215.14';
const NODE_CACHE = '169.254.20.10';

/** Who has no name on the page: pods that nobody declared, pods of other namespaces, and what is no pod. */
function outside(isolated: readonly string[]): Known[] {
  const pod = (namespace: string, labels: Record<string, string> = {}) => ({ names: [], namespace, ip: POD, labels });
  return [
    ...isolated.map((namespace) => pod(namespace, { app: 'stranger' })),
    pod('default', { app: 'stac-stac', 'app.kubernetes.io/name': 'zenml' }),
    pod('cnpg-system', { 'app.kubernetes.io/name': 'cloudnative-pg' }),
    pod('ingress-nginx', { 'app.kubernetes.io/name': 'ingress-nginx' }),
    pod('monitoring', { 'app.kubernetes.io/name': 'prometheus' }),
    pod('kube-system', { 'k8s-app': 'kube-dns' }),
    { names: [], ip: '172.18.0.2' },
    { names: [], ip: PUBLIC },
    { names: [], ip: '169.254.169.254' },
    { names: [], ip: NODE_CACHE },
  ];
}

/** Every port that somebody listens on, and some that mean something elsewhere. */
function portsOf(endpoints: readonly Endpoint[]): Port[] {
  const listening = endpoints.flatMap(({ ports = {} }) => Object.values(ports));
  const tcp = [...new Set([...listening, 22, 53, 80, 443, 6443])].map((port) => ({ port, protocol: 'TCP' as const }));
  return [...tcp, { port: 53, protocol: 'UDP' }, { port: 5432, protocol: 'UDP' }];
}
