import { join } from 'node:path';
import { expect, it } from 'vitest';
import { selects } from '../../lib/kube/objects/inventory';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { pathOf } from '../support/control-plane/api';
import { warnings } from '../support/control-plane/settle';
import { report, run, waitFor } from './machine';
import type { Stage } from './stage';

/**
 * Load makes pods of the service `inference`, and quiet takes them away, by what metrics-server measures. Quiet lasts for
 * minutes, so that other checks are made meanwhile.
 */
export function autoscales(stage: Stage, meanwhile: () => void): void {
  let start = 0;
  const autoscaler = () => named(stage, 'HorizontalPodAutoscaler', 'inference-hpa');
  const replicas = async () => (await stage.cluster.api.get(pathOf(autoscaler()))).status.currentReplicas;

  it('has as many pods under load as it may have, and loses no request', async () => {
    const { maxReplicas } = autoscaler().spec;
    start = Date.now();
    while ((await replicas()) < maxReplicas && Date.now() < start + 300_000) {
      expect(await loadTest(stage)).toMatch(/^status +200: 200$/m);
    }
    expect(await replicas()).toBe(maxReplicas);
    await stage.settle();
    report(`load: ${maxReplicas} pods`, start);
    start = Date.now();
  });

  meanwhile();

  it('has as few pods as it may have once it is quiet, and never met its quota', async () => {
    await waitFor('fewer pods', async () => (await replicas()) === autoscaler().spec.minReplicas, 420);
    report(`quiet: ${autoscaler().spec.minReplicas} pods, seen`, start);
    await stage.settle();
    const said = await Promise.all(stage.namespaces.map((namespace) => warnings(stage.cluster.api, namespace)));
    expect(said.flat().filter((text) => text.includes('exceeded quota'))).toEqual([]);
  });
}

/** `npm run load-test`, through the node port. @returns its report */
function loadTest(stage: Stage): Promise<string> {
  const [{ nodePort }] = named(stage, 'Service', 'inference-svc').spec.ports;
  const { address } = stage.cluster.first;
  const [tsx = '', script = ''] = ['node_modules/.bin/tsx', 'scripts/load-test.ts'].map((path) =>
    join(process.cwd(), path),
  );
  const options = [`--url=http://${address}:${nodePort}`, '--requests=200', '--concurrency=10'];
  return run([...stage.cluster.first.enter({ folders: false }), tsx, script, ...options]);
}

/**
 * Asks until its input ends, which `read` says by another code than that of its time: what is asked without a pause is load,
 * which the autoscaler answers. Each request has a connection of its own: one that stays open stays with its pod.
 */
const ASK = `while read -rt 0.02; [[ $? -gt 128 ]]; do
  curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}\\n' "$0" || true
done`;

/** Pods are replaced while they are used. */
export function rolls(stage: Stage): void {
  it('replaces the pods of each Deployment that has two and a Service, and no request fails', async () => {
    const { kubectl } = stage.cluster;
    const deployments = await balanced(stage);
    expect(deployments.map(({ name }) => name)).toEqual(expect.arrayContaining(['model-registry-api']));
    for (const { namespace, name, url } of deployments) {
      const roll = async () => {
        await kubectl.run([`--namespace=${namespace}`, 'rollout', 'restart', `deployment/${name}`]);
        await stage.settle();
        return '';
      };
      const answers = (await stage.cluster.first.run(['bash', '-c', ASK, url], roll())).trim().split('\n');
      expect(new Set(answers)).toEqual(new Set(['200']));
      console.log(`${name} was replaced during ${answers.length} requests`);
    }
  });

  it('replaces the pod of each StatefulSet', async () => {
    for (const { metadata } of stage.objects.filter(({ kind }) => kind === 'StatefulSet')) {
      const restart = ['rollout', 'restart', `statefulset/${metadata.name}`];
      await stage.cluster.kubectl.run([`--namespace=${metadata.namespace}`, ...restart]);
    }
    await stage.settle();
  });
}

/** The Deployments that have at least two pods now and a Service with an address, and where they are asked for health. */
async function balanced({ cluster, objects }: Stage) {
  const found = objects
    .filter(({ kind }) => kind === 'Deployment')
    .map(async (deployment) => {
      const { namespace, name } = deployment.metadata;
      const { metadata, spec } = deployment.spec.template;
      const service = objects.find(
        (object) =>
          object.kind === 'Service' &&
          object.metadata.namespace === namespace &&
          object.spec.clusterIP !== 'None' &&
          selects(object.spec.selector, metadata.labels),
      );
      const { replicas } = (await cluster.api.get(pathOf(deployment))).spec;
      if (service === undefined || replicas < 2) return [];
      const { clusterIP, ports } = (
        await cluster.api.get(`/api/v1/namespaces/${namespace}/services/${service.metadata.name}`)
      ).spec;
      const { path } = spec.containers[0].readinessProbe.httpGet;
      return [{ namespace, name, url: `http://${clusterIP}:${ports[0].port}${path}` }];
    });
  return (await Promise.all(found)).flat();
}

/** @throws Error where there is none */
export function named({ objects }: Stage, kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}
