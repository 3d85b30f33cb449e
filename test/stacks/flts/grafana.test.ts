import { describe, expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { dashboard } from '../../../lib/components/observability/dashboard';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { dashboardErrors } from '../../support/dashboard-schema';
import { find, type Manifest, namesOf } from '../../support/synth';
import { envOf } from './programs/samples';
import { production, render, small, stack } from './samples';

const podOf = (objects: readonly Manifest[], kind: string, name: string) =>
  find(objects, kind, name).spec.template.spec.containers[0];

describe('Grafana of the stack flts', () => {
  const objects = render(small);

  it('shows servers, load balancer, brokers and object store from its own Prometheus', () => {
    const { data } = find(objects, 'ConfigMap', 'grafana-dashboards');
    expect(Object.keys(data).sort()).toEqual(['flts-pipeline.json', 'flts-serving.json']);
    const dashboards = Object.values<string>(data).map((text) => JSON.parse(text));
    expect(dashboardErrors(dashboards)).toEqual([[], []]);
    const text = Object.values<string>(data).join();
    const jobs = new Set([...text.matchAll(/job=\\"([\w-]+)\\"/g)].map(([, job]) => job));
    const scraped = find(objects, 'ConfigMap', 'prometheus-config').data['prometheus.yml'] as string;
    expect([...jobs].sort()).toEqual(['inference', 'inference-lb', 'kafka-exporter', 'minio']);
    for (const job of jobs) expect(scraped).toContain(`job_name: ${job}\n`);
    const { data: provisioning } = find(objects, 'ConfigMap', 'grafana-provisioning');
    expect(provisioning['datasources.yaml']).toContain('url: http://prometheus.flts.svc:9090\n');
  });

  it('reads its administrator from the Secret grafana-credentials', () => {
    expect(envOf(podOf(objects, 'Deployment', 'grafana'))).toMatchObject({
      GF_SECURITY_ADMIN_USER: 'grafana-credentials/username',
      GF_SECURITY_ADMIN_PASSWORD: 'grafana-credentials/password',
    });
    const secret = requiredSecrets(stack(small)).find(({ name }) => name === 'grafana-credentials');
    expect(secret?.readers).toEqual(['grafana']);
    expect(Object.keys(secret?.keys ?? {})).toEqual(['username', 'password']);
  });

  it('has a claim in production, and knows by which URL browsers come', () => {
    const exposure = { grafana: ingress({ host: 'grafana.example.org', tlsSecretName: 'flts-tls' }) };
    const large = render({ ...production, exposure });
    expect(find(large, 'StatefulSet', 'grafana').spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe(
      '5Gi',
    );
    const url = (all: Manifest[], kind: string) => envOf(podOf(all, kind, 'grafana')).GF_SERVER_ROOT_URL;
    expect(url(large, 'StatefulSet')).toBe('https://grafana.example.org/');
    const ported = render({ ...small, exposure: { grafana: { nodePort: 30300, hostPort: 8300 } } });
    expect(url(ported, 'Deployment')).toBe('http://localhost:8300/');
    expect(find(ported, 'Service', 'grafana').spec.ports[0].nodePort).toBe(30300);
  });

  it('shows further dashboards beside its own', () => {
    const mine = dashboard({ uid: 'mine', title: 'Mine', description: 'Nothing.', rows: [] });
    const files = (type: 'prometheus' | 'operator', name: string) =>
      Object.keys(find(render({ ...small, observability: { type, dashboards: [mine] } }), 'ConfigMap', name).data);
    expect(files('prometheus', 'grafana-dashboards')).toContain('mine.json');
    expect(files('operator', 'flts-dashboards')).toContain('mine.json');
  });

  it('gives its dashboards to the Grafana of an operator, where there is one', () => {
    const operated = render({ ...small, observability: { type: 'operator' } });
    expect(namesOf(operated)).not.toContain('Deployment grafana');
    const { metadata, data } = find(operated, 'ConfigMap', 'flts-dashboards');
    expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(data).toEqual(find(objects, 'ConfigMap', 'grafana-dashboards').data);
    const dashboardLabels = { dashboards: 'ours' };
    const labelled = render({ ...small, observability: { type: 'operator', dashboardLabels } });
    expect(find(labelled, 'ConfigMap', 'flts-dashboards').metadata.labels).toMatchObject(dashboardLabels);
  });
});

describe('the load test of the stack flts', () => {
  it('is there where it is asked for', () => {
    expect(namesOf(render(small))).not.toContain('Deployment locust');
    expect(stack(small).locust).toBeUndefined();
  });

  it('puts the load balancer under load, and reads the pointer to the promoted model', () => {
    const objects = render({ ...small, loadTest: true });
    expect(podOf(objects, 'Deployment', 'locust').args).toContain('--host=http://inference-lb.flts.svc:80');
    const pointer = envOf(podOf(objects, 'Deployment', 'locust-worker')).POINTER_URL;
    expect(pointer).toBe(envOf(podOf(objects, 'Deployment', 'promotion-rollout')).POINTER_URL);
    expect(find(objects, 'Deployment', 'locust-worker').spec.replicas).toBe(2);
    const large = render({ ...production, loadTest: true });
    expect(find(large, 'Deployment', 'locust-worker').spec.replicas).toBe(8);
    const exposure = { loadTest: { nodePort: 30089, hostPort: 8489 } };
    const ported = render({ ...small, loadTest: true, exposure });
    expect(find(ported, 'Service', 'locust-external').spec.ports[0].nodePort).toBe(30089);
  });
});
