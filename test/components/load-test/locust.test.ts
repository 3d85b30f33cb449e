import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { Locust, type LocustProps } from '../../../lib/components/load-test/locust';
import { nodePort } from '../../../lib/kube/network/exposure';
import { http } from '../../../lib/kube/pods/uses';
import { isolate } from '../../../lib/workloads/network-policy';
import { nodePool, resources } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, type Manifest, policiesOf, synth, testChart } from '../../support/synth';

const target = { host: 'inference-lb.data.svc', port: 80, url: 'http://inference-lb.data.svc:80' };
const gateway = { host: 'gateway.other.svc', port: 8000, url: 'http://gateway.other.svc:8000' };
const all: Required<LocustProps> = {
  name: 'locust',
  image: 'example.org/locust:1.0.0',
  locustfile: 'from locust import HttpUser\n',
  target,
  uses: [http(gateway, 'GATEWAY_URL')],
  env: { POINTER_URL: 'http://gateway/pointer' },
  workers: 3,
  run: { users: 20, spawnRate: 5, duration: Duration.minutes(10) },
  resources: { master: resources, worker: resources },
  exposure: nodePort(30089),
  nodePool: nodePool(),
};

function render(props: LocustProps) {
  const chart = testChart();
  isolate(chart);
  new Locust(chart, 'locust', props);
  return synth(chart);
}

describe('Locust', () => {
  const objects = render(all);
  const [master] = find(objects, 'Deployment', 'locust').spec.template.spec.containers;
  const [worker] = find(objects, 'Deployment', 'locust-worker').spec.template.spec.containers;

  it('writes what the schemas of Kubernetes allow', () => {
    const routed = render({ ...all, exposure: ingress({ host: 'locust.example.org' }) });
    expect([...objects, ...routed].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
    expect(find(routed, 'Ingress').spec.rules[0].http.paths[0].backend.service).toEqual({
      name: 'locust',
      port: { number: 8089 },
    });
  });

  it('has a master that knows whom to put under load and how many workers to wait for', () => {
    expect(master.args).toEqual([
      '--locustfile=/etc/locust/locustfile.py',
      '--master',
      '--host=http://inference-lb.data.svc:80',
      '--expect-workers=3',
      '--autostart',
      '--users=20',
      '--spawn-rate=5',
      '--run-time=600s',
    ]);
    expect(find(objects, 'Deployment', 'locust').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  it('starts no test by itself, unless it is given one', () => {
    const { run: _, ...idle } = all;
    const [container] = find(render(idle), 'Deployment', 'locust').spec.template.spec.containers;
    expect(container.args).not.toContain('--autostart');
    const endless = render({ ...all, run: { users: 1 } });
    expect(find(endless, 'Deployment', 'locust').spec.template.spec.containers[0].args.slice(-3)).toEqual([
      '--autostart',
      '--users=1',
      '--spawn-rate=1',
    ]);
  });

  it('has workers that find their master through its Service', () => {
    expect(worker.args.slice(1)).toEqual(['--worker', '--master-host=locust.demo.svc', '--master-port=5557']);
    expect(find(objects, 'Deployment', 'locust-worker').spec.replicas).toBe(3);
    expect(find(objects, 'Service', 'locust').spec.ports).toEqual([
      { name: 'web', port: 8089, targetPort: 'web' },
      { name: 'workers', port: 5557, targetPort: 'workers' },
    ]);
  });

  it('opens the web interface to the outside, and not the port of the workers', () => {
    expect(find(objects, 'Service', 'locust').spec.type).toBe('ClusterIP');
    expect(find(objects, 'Service', 'locust-external').spec).toMatchObject({
      type: 'NodePort',
      ports: [{ name: 'web', port: 8089, nodePort: 30089 }],
    });
  });

  it('rolls master and workers when the locustfile changes', () => {
    const sums = (written: readonly Manifest[]) =>
      ['locust', 'locust-worker'].map(
        (name) => find(written, 'Deployment', name).spec.template.metadata.annotations['checksum/config'],
      );
    const [first, second] = sums(objects);
    expect(first).toBe(second);
    expect(sums(render({ ...all, locustfile: 'import locust\n' }))).not.toContain(first);
  });

  it('lets workers reach their master and the servers, and nothing else', () => {
    expect(policiesOf(objects)).toEqual(['default-deny', 'allow-dns', 'locust', 'locust-worker']);
    const [toMaster, ...toServers] = find(objects, 'NetworkPolicy', 'locust-worker').spec.egress;
    expect(toMaster.ports).toEqual([{ port: 5557, protocol: 'TCP' }]);
    const namespaces = toServers.map(({ to }: Manifest) => to[0].namespaceSelector.matchLabels);
    expect(namespaces.map((labels: object) => Object.values(labels))).toEqual([['data'], ['other']]);
    expect(find(objects, 'NetworkPolicy', 'locust').spec.egress).toBeUndefined();
  });

  it('has each of its props', () => {
    expectEachPropToMatter<LocustProps>(render, all, {
      name: 'other',
      image: 'example.org/locust:1.0.1',
      locustfile: 'import locust\n',
      target: { ...target, url: 'http://other' },
      uses: [],
      env: {},
      workers: 1,
      run: { users: 21 },
      resources: { master: resources, worker: { ...resources, limits: resources.requests } },
      exposure: nodePort(30090),
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('fails for what cannot be', () => {
    expect(() => render({ ...all, workers: 0 })).toThrow("demo/locust: 'workers' must be a whole number from 1, got 0");
    expect(() => render({ ...all, locustfile: ' ' })).toThrow("demo/locust: 'locustfile' must define a user, got ' '");
    expect(() => render({ ...all, run: { users: 0 } })).toThrow(
      "demo/locust: 'run.users' must be a whole number from 1, got 0",
    );
    expect(() => render({ ...all, run: { users: 1, duration: Duration.millis(1500) } })).toThrow(
      "demo/locust: 'run.duration' must be a whole number of seconds from 1, got 1.5",
    );
    expect(() => render({ ...all, run: { users: 1, spawnRate: 0 } })).toThrow(
      "demo/locust: 'run.spawnRate' must be more than 0, got 0",
    );
  });
});
