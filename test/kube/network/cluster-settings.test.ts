import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { PostgresCluster } from '../../../lib/components/data/cnpg/cluster';
import { httpRoute } from '../../../lib/components/edge/http-route';
import { ingress } from '../../../lib/components/edge/ingress';
import { type ClusterSettings, clusterSettings, setClusterSettings } from '../../../lib/kube/network/cluster-settings';
import { allowApiServer } from '../../../lib/kube/network/network';
import { operatorNamespaces, operatorReleases } from '../../../lib/platform/cluster/operators';
import { Deployment } from '../../../lib/workloads/deployment';
import { isolate } from '../../../lib/workloads/network-policy';
import { Service } from '../../../lib/workloads/service';
import { minimal } from '../../components/data/cnpg/samples';
import { identity, webPod } from '../../support/samples';
import { find, synth } from '../../support/synth';

/** An isolated chart of a cluster. */
function chartOf(settings?: ClusterSettings): Chart {
  const app = new App();
  if (settings !== undefined) setClusterSettings(app, settings);
  const chart = new Chart(app, 'demo', { namespace: 'demo' });
  isolate(chart);
  return chart;
}

const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

/** Who reaches the pods of a Service that a route leads to. */
function clientsOf(exposure: ReturnType<typeof ingress>, settings?: ClusterSettings): unknown {
  const chart = chartOf(settings);
  new Deployment(chart, 'server', { identity, pod: webPod });
  new Service(chart, 'service', { name: 'api', identity, ports: [{ name: 'http', port: 80 }], exposure });
  return find(synth(chart), 'NetworkPolicy', 'api').spec.ingress;
}

describe('the settings of a cluster', () => {
  it('say who answers DNS: pods of a namespace, and addresses of either family', () => {
    const chart = chartOf({ dnsNamespace: 'dns', dnsAddresses: ['169.254.25.10', 'fd00::10'] });
    expect(find(synth(chart), 'NetworkPolicy', 'allow-dns').spec.egress[0].to).toEqual([
      inNamespace('dns'),
      { ipBlock: { cidr: '169.254.25.10/32' } },
      { ipBlock: { cidr: 'fd00::10/128' } },
    ]);
  });

  it('say on which ports the API server is', () => {
    const chart = chartOf({ apiServerPorts: [16443] });
    allowApiServer({ scope: chart, name: 'client', selector: { app: 'client' } });
    expect(find(synth(chart), 'NetworkPolicy', 'client').spec.egress).toEqual([
      { ports: [{ protocol: 'TCP', port: 16443 }] },
    ]);
  });

  it('say who serves Ingresses and HTTPRoutes: nobody else reaches what is behind them', () => {
    const ports = [{ protocol: 'TCP', port: 8080 }];
    const route = ingress({ host: 'api.example.org' });
    const settings = {
      ingressController: { namespace: 'edge', selector: { app: 'nginx' } },
      gateway: { namespace: 'gw' },
    };
    expect(clientsOf(route, settings)).toEqual([
      { from: [{ ...inNamespace('edge'), podSelector: { matchLabels: { app: 'nginx' } } }], ports },
    ]);
    expect(clientsOf(httpRoute({ gateway: { name: 'public' } }), settings)).toEqual([
      { from: [inNamespace('gw')], ports },
    ]);
    // Where they are not known, a policy that names them would shut them out.
    expect(clientsOf(route)).toEqual([{ ports }]);
    expect(clientsOf(httpRoute({ gateway: { name: 'public' } }))).toEqual([{ ports }]);
  });

  it('say where the operator of CloudNativePG and the Prometheus of the cluster are', () => {
    const chart = chartOf({ cloudNativePgNamespace: 'databases', monitoring: { namespace: 'metrics' } });
    new PostgresCluster(chart, 'db', { ...minimal, podMonitor: true });
    const from = (port: number) =>
      find(synth(chart), 'NetworkPolicy', minimal.name)
        .spec.ingress.filter(({ ports }: { ports: { port: number }[] }) => ports.some((one) => one.port === port))
        .flatMap((rule: { from: unknown[] }) => rule.from);
    expect(from(8000)).toContainEqual(inNamespace('databases'));
    expect(from(9187)).toEqual([inNamespace('metrics')]);
  });

  it('say where operators are installed', () => {
    const chart = chartOf({ cloudNativePgNamespace: 'databases', certManagerNamespace: 'certificates' });
    const all = { certManager: {}, cloudNativePg: {}, barmanCloud: {} };
    expect(operatorReleases(chart, all).map(({ namespace }) => namespace)).toEqual([
      'certificates',
      'databases',
      'databases',
    ]);
    expect(Object.keys(operatorNamespaces(chart, all))).toEqual(['certificates', 'databases']);
  });

  it('have a default each, but for the proxies', () => {
    expect(clusterSettings(chartOf({ dnsNamespace: undefined }))).toEqual({
      dnsNamespace: 'kube-system',
      dnsAddresses: ['169.254.20.10'],
      apiServerPorts: [443, 6443],
      monitoring: { namespace: 'monitoring' },
      cloudNativePgNamespace: 'cnpg-system',
      certManagerNamespace: 'cert-manager',
    });
  });

  it.each<[ClusterSettings, string]>([
    [{ dnsAddresses: ['dns.example.org'] }, "app: 'cluster.dnsAddresses' must be IP addresses, got 'dns.example.org'"],
    [{ dnsNamespace: '' }, "app: 'cluster.dnsNamespace' must be a DNS label"],
    [{ apiServerPorts: [] }, "app: 'ports' must have a port, got []"],
    [{ monitoring: {} as never }, "app: 'cluster.monitoring.namespace' must be a string, got undefined"],
    [{ ingress: {} } as never, "app: 'cluster.ingress' must be a known property"],
  ])('fails for %j', (settings, message) => {
    expect(() => setClusterSettings(new App(), settings)).toThrow(message);
  });
});
