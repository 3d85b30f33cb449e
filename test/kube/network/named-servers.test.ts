import { Chart } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowApiServer, connect, recordExternalServer, recordServer } from '../../../lib/kube/network/network';
import type { ContainerProps } from '../../../lib/kube/pods/containers';
import { http, mention, type Use } from '../../../lib/kube/pods/uses';
import { ConfigMap } from '../../../lib/workloads/config-map';
import { Deployment } from '../../../lib/workloads/deployment';
import { isolate } from '../../../lib/workloads/network-policy';
import { container, identity, pod } from '../../support/samples';
import { synth, synthError, testChart } from '../../support/synth';

const MINIO = { host: 'minio.demo.svc', port: 9000 };

/** A namespace with a Service `minio` of the ports 9000 and 9001, and pods that are given something. */
function client(
  given: Partial<ContainerProps> | ((chart: Chart) => Partial<ContainerProps>),
  { isolated = true, uses = [] as readonly Use[], namespace = 'demo' } = {},
) {
  const chart = testChart();
  const home = namespace === 'demo' ? chart : new Chart(chart.node.root, namespace, { namespace });
  if (isolated) isolate(chart);
  const ports = [9000, 9001].map((port) => ({ port, podPort: port }));
  recordServer({ host: MINIO.host, pods: { scope: chart, name: 'minio', selector: { app: 'minio' } }, ports });
  const props = typeof given === 'function' ? given(home) : given;
  return new Deployment(home, 'api', { identity, pod: { ...pod, uses, containers: [{ ...container, ...props }] } });
}

const refused = (prop: string, host: string) =>
  `[demo/api] 'container 'main' ${prop}' must come from 'uses' (database(…), bucket(…), topic(…), http(…)), or from connect() or mention(): no declared connection leads to it, got '${host}'`;

describe('a server that the configuration of isolated pods names', () => {
  it.each([
    ['a host', MINIO.host],
    ['a host with its domain', 'minio.demo.svc.cluster.local.'],
    ['a host and port', 'minio.demo.svc:9000'],
    ['a URL', 'http://minio.demo.svc:9000/images?list=1'],
    ['a URL with a user', 's3://key:word@minio.demo.svc:9000'],
    ['a URL of the short form', 'http://minio.demo'],
    ['a name and a port of it', 'minio:9000'],
    ['one of a list', 'db.example.org:1,MINIO:9000'],
    ['a pod of it', 'minio-0.minio.demo.svc'],
  ])('fails as %s without a declared connection', (_, value) => {
    expect(synthError(client({ env: { STORE: value } }))).toContain(
      "'container 'main' env.STORE' must come from 'uses'",
    );
  });

  it('fails in variables, arguments and ConfigMaps, with the property', () => {
    expect(synthError(client({ args: [`--store=${MINIO.host}`] }))).toContain(refused('args', MINIO.host));
    expect(synthError(client({ command: ['sh', '-c', `curl http://${MINIO.host}`] }))).toContain(
      refused('command', MINIO.host),
    );
    expect(synthError(client({ env: { STORE: EnvValue.fromValue(MINIO.host) } }))).toContain(
      refused('env.STORE', MINIO.host),
    );
    const config = (chart: Chart) => ({
      envFrom: [{ configMap: new ConfigMap(chart, 'config', { name: 'config', data: { STORE: MINIO.host } }) }],
    });
    expect(synthError(client(config))).toContain(refused('config.STORE', MINIO.host));
  });

  it('fails for a host of an unknown namespace, too', () => {
    expect(synthError(client({ env: { STORE: 'http://minio.other.svc' } }))).toContain(
      refused('env.STORE', 'minio.other.svc'),
    );
    expect(synthError(client({ env: { API: 'https://kubernetes.default.svc' } }))).toContain(
      refused('env.API', 'kubernetes.default.svc'),
    );
  });

  it('fails from elsewhere, where only its own namespace is isolated', () => {
    expect(synthError(client({ env: { STORE: MINIO.host } }, { namespace: 'web' }))).toContain(
      "'container 'main' env.STORE' must come from 'uses'",
    );
  });

  it('fails for a port that another connection does not open', () => {
    const uses = [http('http://minio.demo.svc:9000', 'STORE')];
    expect(synthError(client({ env: { CONSOLE: 'http://minio.demo.svc:9001' } }, { uses }))).toContain(
      refused('env.CONSOLE', 'minio.demo.svc'),
    );
    expect(() => synth(client({ env: { HOST: MINIO.host } }, { uses }))).not.toThrow();
  });

  it('is allowed where a connection leads to it, declared by any construct at any time', () => {
    const api = client({ env: { STORE: MINIO.host } });
    connect(api.pods, MINIO);
    expect(() => synth(api)).not.toThrow();
    const caller = client({ env: { API: 'https://kubernetes.default.svc' } });
    allowApiServer(caller.pods);
    expect(() => synth(caller)).not.toThrow();
    const other = client({ env: { STORE: 'http://minio.other.svc' } });
    connect(other.pods, { host: 'minio.other.svc', port: 80 });
    expect(() => synth(other)).not.toThrow();
  });

  it('is right where it is mentioned with a reason', () => {
    const uses = [mention(MINIO, 'shown on a page')];
    expect(() => synth(client({ env: { STORE: 'http://minio.demo.svc:9000' } }, { uses }))).not.toThrow();
  });

  it('is right where nothing is isolated', () => {
    expect(() => synth(client({ env: { STORE: MINIO.host } }, { isolated: false }))).not.toThrow();
  });

  it.each([
    'minio',
    'minio:17',
    'example.org/minio:9',
    '/minio/data',
    'user-minio:9000',
    'minio.py',
    'https://example.org',
  ])('is not what %s says', (value) => {
    expect(() => synth(client({ env: { STORE: value } }))).not.toThrow();
  });

  it('may be the pods themselves', () => {
    const chart = testChart();
    isolate(chart);
    const api = new Deployment(chart, 'api', {
      identity,
      pod: { ...pod, containers: [{ ...container, args: ['--advertise=api.demo.svc'] }] },
    });
    recordServer({ host: 'api.demo.svc', pods: api.pods, ports: [{ port: 80, podPort: 8080 }] });
    expect(() => synth(chart)).not.toThrow();
  });

  it('is found in any text around it', () => {
    const around = fc.string().filter((text) => !/[\w.-]$/.test(text));
    fc.assert(
      fc.property(around, fc.constantFrom('', ' ', '/x', ',', '"', ':9000'), (before, after) => {
        const error = synthError(client({ args: [`${before}${MINIO.host}${after}`] }));
        expect(error).toContain(refused('args', MINIO.host));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a Service of another app', () => {
  it('is one way once it is recorded, on the port of its pods', () => {
    const chart = testChart();
    isolate(chart);
    recordExternalServer(chart, {
      host: 'postgres.shared.svc',
      pods: { namespace: 'shared', selector: { app: 'pg' } },
      ports: [{ port: 5432, podPort: 6432 }],
    });
    const api = new Deployment(chart, 'api', {
      identity,
      pod: { ...pod, containers: [{ ...container, env: { DB: 'postgres.shared.svc' } }] },
    });
    connect(api.pods, { host: 'postgres.shared.svc', port: 5432 });
    const { egress } =
      synth(chart).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'api')?.spec ?? {};
    expect(egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shared' } },
            podSelector: { matchLabels: { app: 'pg' } },
          },
        ],
        ports: [{ port: 6432, protocol: 'TCP' }],
      },
    ]);
    expect(() => connect(api.pods, { host: 'postgres.shared.svc', port: 80 })).toThrow(
      "'port' must be a port of the Service postgres.shared.svc (5432), got 80",
    );
  });
});

describe('a host of a namespace of the app', () => {
  it('fails where no server has it, with the servers that there are', () => {
    const api = client({});
    connect(api.pods, { host: 'minoi.demo.svc', port: 9000 });
    expect(synthError(api)).toContain(
      "demo/api: 'host' must be a server of namespace 'demo' that is created before its clients: 'minio.demo.svc'; recordServer() registers one that others create, got 'minoi.demo.svc'",
    );
  });

  it('fails from another namespace as well', () => {
    const api = client({}, { namespace: 'web' });
    connect(api.pods, { host: 'minoi.demo.svc', port: 9000 });
    expect(synthError(api)).toContain("web/api: 'host' must be a server of namespace 'demo'");
  });

  it('may be known to another app alone where nothing is isolated', () => {
    const api = client({}, { isolated: false });
    connect(api.pods, { host: 'registry.demo.svc', port: 80 });
    expect(() => synth(api)).not.toThrow();
  });

  it.each(['minio.demo.svc', 'minio.demo.svc.cluster.local', 'minio-0.minio.demo.svc', 'minio.demo', 'minio'])(
    'is found by the name %s',
    (host) => {
      const api = client({});
      connect(api.pods, { host, port: 9000 });
      const policy = synth(api).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'api');
      expect(policy?.spec.egress[0].to).toEqual([{ podSelector: { matchLabels: { app: 'minio' } } }]);
    },
  );
});
