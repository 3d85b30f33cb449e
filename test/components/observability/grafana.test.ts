import { Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ingress } from '../../../lib/components/edge/ingress';
import { Grafana, type GrafanaProps } from '../../../lib/components/observability/grafana';
import { nodePort } from '../../../lib/kube/network/exposure';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { isolate } from '../../../lib/workloads/network-policy';
import { envOf } from '../../stacks/flts/programs/samples';
import { nodePool, resources } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, namesOf, synth, testChart } from '../../support/synth';
import { dashboards } from './dashboards/samples';

const secret = new SecretRef('grafana-credentials');
const prometheus = { host: 'prometheus.data.svc', port: 9090, url: 'http://prometheus.data.svc:9090' };
const all: Required<GrafanaProps> = {
  name: 'grafana',
  image: 'example.org/grafana:13.0.0',
  admin: { user: secret.key('user'), password: secret.key('password') },
  prometheus,
  scrapeInterval: Duration.minutes(1),
  dashboards,
  storage: Size.gibibytes(5),
  storageClassName: 'ssd',
  url: 'https://grafana.example.org/',
  resources,
  exposure: nodePort(30300),
  nodePool: nodePool(),
};
const { storage: _, url: __, exposure: ___, ...small } = all;

function render(props: GrafanaProps) {
  const chart = testChart();
  isolate(chart);
  new Grafana(chart, 'grafana', props);
  return synth(chart);
}

describe('Grafana', () => {
  const objects = render(all);
  const { template } = find(objects, 'StatefulSet').spec;
  const [container] = template.spec.containers;

  it('writes what the schemas of Kubernetes allow, with a claim and without', () => {
    expect([...objects, ...render(small)].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
    expect(namesOf(objects)).toContain('StatefulSet grafana');
    expect(namesOf(render(small))).toContain('Deployment grafana');
    expect(find(objects, 'StatefulSet').spec).toMatchObject({
      serviceName: 'grafana-headless',
      volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '5Gi' } }, storageClassName: 'ssd' } }],
    });
  });

  it('takes its administrator from a Secret, and allows no sign-up', () => {
    expect(envOf(container)).toMatchObject({
      GF_SECURITY_ADMIN_USER: 'grafana-credentials/user',
      GF_SECURITY_ADMIN_PASSWORD: 'grafana-credentials/password',
      GF_USERS_ALLOW_SIGN_UP: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    });
  });

  it('is given its data source and where its dashboards are', () => {
    const { data } = find(objects, 'ConfigMap', 'grafana-provisioning');
    expect(parse(data['datasources.yaml'])).toEqual({
      apiVersion: 1,
      datasources: [
        {
          name: 'Prometheus',
          uid: 'prometheus',
          type: 'prometheus',
          access: 'proxy',
          url: 'http://prometheus.data.svc:9090',
          isDefault: true,
          editable: false,
          jsonData: { httpMethod: 'POST', timeInterval: '1m' },
        },
      ],
    });
    const [{ options }] = parse(data['dashboards.yaml']).providers;
    const mount = (path: string) =>
      container.volumeMounts.find((entry: { mountPath: string }) => entry.mountPath === path);
    expect(mount(options.path)).toMatchObject({ name: 'dashboards', readOnly: true });
    expect(mount('/etc/grafana/provisioning/datasources')).toBeDefined();
    expect(mount('/etc/grafana/provisioning/dashboards')).toBeDefined();
  });

  it('reads each dashboard from a file, and is rolled when one changes', () => {
    const { data } = find(objects, 'ConfigMap', 'grafana-dashboards');
    expect(Object.keys(data)).toEqual(['pipeline.json', 'serving.json']);
    expect(JSON.parse(data['serving.json'])).toEqual(JSON.parse(JSON.stringify(dashboards[0])));
    // kubectl keeps what it applied in an annotation, which holds 256 KiB.
    expect(JSON.stringify(data).length).toBeLessThan(128 * 1024);
    const sum = (props: GrafanaProps) =>
      find(render(props), 'StatefulSet').spec.template.metadata.annotations['checksum/config'];
    expect(sum({ ...all, dashboards: dashboards.slice(1) })).not.toBe(sum(all));
  });

  it('knows what browsers call it', () => {
    const urlOf = (props: GrafanaProps) => {
      const workload = render(props).find(({ kind }) => kind === 'Deployment');
      return envOf(workload?.spec.template.spec.containers[0]);
    };
    expect(urlOf(small)).not.toHaveProperty('GF_SERVER_ROOT_URL');
    const plain = urlOf({ ...small, exposure: ingress({ host: 'grafana.example.org' }) });
    expect(plain).toMatchObject({ GF_SERVER_ROOT_URL: 'http://grafana.example.org/' });
    expect(plain).not.toHaveProperty('GF_SECURITY_COOKIE_SECURE');
    expect(urlOf({ ...small, exposure: ingress({ host: 'grafana.example.org', tlsSecretName: 'tls' }) })).toMatchObject(
      { GF_SERVER_ROOT_URL: 'https://grafana.example.org/', GF_SECURITY_COOKIE_SECURE: 'true' },
    );
    const local = { exposure: nodePort(30300), url: 'http://localhost:8300' };
    expect(urlOf({ ...small, ...local })).toMatchObject({ GF_SERVER_ROOT_URL: 'http://localhost:8300' });
  });

  it('reaches Prometheus, and is reached through its node port', () => {
    const { ingress: from, egress } = find(objects, 'NetworkPolicy', 'grafana').spec;
    expect(from).toEqual([{ ports: [{ port: 3000, protocol: 'TCP' }] }]);
    expect(egress).toHaveLength(1);
  });

  it('has each of its props', () => {
    expectEachPropToMatter<GrafanaProps>(render, all, {
      name: 'other',
      image: 'example.org/grafana:13.0.1',
      admin: { user: secret.key('name'), password: secret.key('password') },
      prometheus: { ...prometheus, url: 'http://other' },
      scrapeInterval: Duration.seconds(15),
      dashboards: dashboards.slice(1),
      storage: Size.gibibytes(6),
      storageClassName: 'other',
      url: 'https://other.example.org/',
      resources: { ...resources, limits: resources.requests },
      exposure: nodePort(30301),
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('fails for what cannot be', () => {
    expect(() => render({ ...all, url: 'https://example.org/grafana' })).toThrow(
      "demo/grafana: 'url' must be an http or https URL without a path, got 'https://example.org/grafana'",
    );
    expect(() => render({ ...all, dashboards: [] })).toThrow(
      "demo/grafana: 'dashboards' must hold a dashboard, got []",
    );
    const [first] = dashboards;
    expect(() => render({ ...all, dashboards: first === undefined ? [] : [first, first] })).toThrow(
      "demo/grafana: 'dashboards.uid' must have no duplicates, got 'serving'",
    );
  });
});
