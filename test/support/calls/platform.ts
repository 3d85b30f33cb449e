import { App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import * as kit from '../../../lib';
import * as door from '../../../lib/platform';
import { inference } from '../../../lib/stacks/inference';
import type { Call } from './call';
import type { Taste } from './taste';
import * as values from './values';

/** What another function of the door returned: its insides are not the caller's. */
const made = <T extends object>(value: T): T => Object.create(value);

const capacity = { cpu: Cpu.units(4), memory: Size.gibibytes(8) };
const pool = new kit.NodePool({ name: 'all', labels: { 'example.org/pool': 'all' }, capacity });
const config = (t: Taste): door.PlatformConfig => ({
  name: t.text('laptop'),
  local: true,
  nodePools: [pool],
  stacks: { embedder: made(inference({ nodePool: pool })) },
});
const forwarded = (t: Taste): door.ForwardedPort => ({
  name: t.text('api'),
  local: t.number(8080),
  namespace: t.text('calls'),
  service: t.text('api'),
  port: t.number(80),
  url: t.text('http://localhost:8080'),
});
const app = (chart: Chart) => chart.node.root as App;
const ofApp: Call = { args: (chart) => ({ app: app(chart) }) };
const output = () => made(door.platformOutput(new App(), { environment: 'laptop' }));
const KEYS = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory', 'pods', 'claims', 'gpus'] as const;
const requests = Object.fromEntries(KEYS.map((key) => [key, 1n])) as door.FootprintAmounts;

/** Constructors and functions of the door of the platform, by their names there. */
export const platform: Readonly<Record<string, Call>> = {
  Platform: { args: (_, t) => ({ app: new App(), config: config(t), selection: t.text('embedder') }), slow: true },
  buildPlatform: { args: (_, t) => ({ app: new App(), config: config(t), selection: t.text('embedder') }), slow: true },
  Stack: {
    args: (_, t) => ({
      scope: new App(),
      id: t.text('stack'),
      props: {
        namespace: t.text('stack'),
        podSecurity: t.one('baseline', 'restricted'),
        network: t.one('declared', 'any'),
        namespaceLabels: values.labels(t),
      },
    }),
  },
  ClusterStack: {
    args: (_, t) => ({ scope: new App(), id: t.text('cluster'), props: { nodePools: [pool], namespaces: made({}) } }),
  },
  allowClients: {
    args: (_, t) => ({
      stack: new door.Stack(new App(), 'stack', { namespace: 'stack' }),
      clients: { clients: [{ name: t.text('backend'), namespace: t.text('other'), selector: values.labels(t) }] },
    }),
  },
  connectionLines: ofApp,
  failure: { args: () => ({ error: new Error('it is wrong') }) },
  helmChart: {
    args: (_, t) => {
      const stack = new Chart(new App(), 'stack', { namespace: door.RELEASE_NAMESPACE });
      const config = new kit.ConfigMap(stack, 'config', { name: 'config', data: { level: 'info' } });
      return {
        stack,
        props: {
          name: t.text('stack'),
          version: t.text('1.0.0'),
          description: t.text('It'),
          values: [
            {
              path: t.text('level'),
              description: t.text('How much is logged'),
              type: 'text',
              sets: [{ object: config, field: t.text('/data/level') }],
            },
          ],
          computed: { [t.text('info')]: t.text('computed') },
          unchecked: [t.text('nothing')],
        },
      };
    },
  },
  nodeAffinity: { args: () => ({ nodePools: [pool] }) },
  placementValues: { args: (scope) => ({ scope, nodePool: pool }) },
  tolerationValues: { args: () => ({ nodePools: [pool] }) },
  mergedValues: { args: () => ({ values: made({ a: 1 }), over: made({ b: 2 }) }) },
  postgresReady: {
    args: (chart, t) => ({ postgres: postgres(chart), namespace: t.text('calls') }),
  },
  cloudNativePgReady: {
    args: (_, t) => ({ namespace: t.text('calls'), cluster: t.text('db'), database: t.text('labels') }),
  },
  architecture: { args: (chart) => ({ app: app(chart), releases: [] }) },
  architectureMermaid: { args: () => ({ architecture: made(door.architecture(new App())) }) },
  delta: { args: () => ({ from: output(), to: output(), declared: [] }) },
  deltaMarkdown: { args: (_, t) => ({ delta: made(door.delta(output(), output())), subtitle: t.text('It') }) },
  platformOutput: {
    args: (chart, t) => ({
      app: app(chart),
      options: { environment: t.text('laptop'), releases: [], documents: made({}), documentStacks: {} },
    }),
  },
  footprints: ofApp,
  footprintShortages: { args: (_, t) => ({ requests: made(requests), pool, nodes: t.number(1) }) },
  footprintTable: { args: (_, t) => ({ all: [], notCounted: [t.text('charts')] }) },
  localUrl: { args: (_, t) => ({ port: { url: t.text('http://localhost:8080'), local: t.number(8080) } }) },
  portTable: { args: (_, t) => ({ ports: [made(forwarded(t))] }) },
  portForwardArguments: { args: (_, t) => ({ port: forwarded(t), options: { context: t.text('kind-laptop') } }) },
  requireForwardedPorts: { args: (_, t) => ({ ports: [forwarded(t)], taken: [made({ hostPort: 9000 })] }) },
  reachability: ofApp,
  reachabilityMarkdown: {
    args: (_, t) => ({ page: { environments: made({}), subtitle: t.text('It'), remarks: t.text('It') } }),
  },
  createSecretCommand: {
    args: (_, t) => ({
      secret: made({ ...values.secretSpec(t), namespace: 'calls' }),
      options: { context: t.text('kind-laptop') },
    }),
  },
  secretsReport: {
    args: (chart, t) => ({
      app: app(chart),
      options: { environment: t.text('laptop'), releases: [], context: t.text('kind-laptop') },
    }),
  },
  secretsMarkdown: {
    args: (_, t) => ({
      report: made(door.secretsReport(new App(), { environment: 'laptop' })),
      subtitle: t.text('It'),
    }),
  },
};

function postgres(chart: Chart): kit.Postgres {
  const key = (name: string) => new kit.SecretRef('keys').key(name);
  return new kit.Postgres(chart, 'postgres', {
    name: 'postgres',
    superuser: { username: 'postgres', password: key('password') },
    databases: [{ name: 'labels', owner: 'labels', password: key('labels') }],
  });
}
