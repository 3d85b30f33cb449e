import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { pathOf } from '../support/control-plane/api';
import { podsOf } from './comes-up';
import { type Node, waitFor } from './machine';
import type { Stage } from './stage';

/** What goes wrong comes right by itself, or by the right manifest. */
export function comesBack(stage: Stage): void {
  describe('the right manifest takes back a mistake, and the pods that run stay until then', () => {
    it.each<[string, Manifest, RegExp]>([
      ['a wrong image', { image: 'registry.example.org/none:0' }, /ErrImage|ImagePull/],
      ['a wrong node selector', { nodeSelector: { 'example.org/nobody': 'has-this' } }, /"phase":"Pending"/],
    ])('%s', async (_, { nodeSelector, image }, sign) => {
      const right = stage.objects.find(({ kind }) => kind === 'Deployment');
      if (right === undefined) throw new Error('no Deployment');
      const wrong = structuredClone(right);
      const { spec } = wrong.spec.template;
      Object.assign(spec, nodeSelector && { nodeSelector });
      Object.assign(spec.containers[0], image && { image });
      await stage.cluster.kubectl.run(['apply', '-f', '-'], JSON.stringify(wrong));
      await waitFor('a pod that shows it', async () => {
        const pods = await podsOf(stage);
        return pods.some(
          ({ metadata, status }) => metadata.name.startsWith(right.metadata.name) && sign.test(JSON.stringify(status)),
        );
      });
      expect((await stage.cluster.api.get(pathOf(right))).status.readyReplicas).toBeGreaterThan(0);
      await stage.apply();
    });
  });

  describe('comes back by itself', () => {
    it('after each pod was killed', async () => {
      for (const { metadata } of (await podsOf(stage)).filter(({ status }) => status.phase === 'Running')) {
        const start = Date.now();
        const kill = ['delete', 'pod', metadata.name, '--force', '--grace-period=0', '--wait=false'];
        await stage.cluster.kubectl.run([`--namespace=${metadata.namespace}`, ...kill]);
        await waitFor('the end of the pod', async () => {
          const pods = await podsOf(stage);
          return !pods.some((pod) => pod.metadata.uid === metadata.uid);
        });
        await stage.settle();
        report(`${metadata.namespace}/${metadata.name} was killed`, start);
      }
    });

    it('after each node was drained, and has returned', async () => {
      for (const { name } of stage.cluster.nodes) {
        const start = Date.now();
        // Budgets refuse the last pod where there is no other node: those pods stay, as docs/how-to/watch-it-scale.md says.
        const drain = ['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=60s'];
        await stage.cluster.kubectl.try([...drain, `--pod-selector=${NOT_OF_KUBERNETES}`]);
        await stage.cluster.kubectl.run(['uncordon', name]);
        await stage.settle();
        report(`${name} was drained`, start);
      }
    });

    it('after a kubelet was away for longer than a node may be', async () => {
      const { name } = stage.cluster.nodes.at(-1) as Node;
      const kubelet = stage.cluster.kubelets.at(-1);
      const ready = async () => {
        const { status } = await stage.cluster.api.get(`/api/v1/nodes/${name}`);
        return status.conditions.some(
          ({ type, status: is }: { type: string; status: string }) => type === 'Ready' && is === 'True',
        );
      };
      await kubelet?.stop();
      await waitFor('the node to be missed', async () => !(await ready()), 180);
      const start = Date.now();
      kubelet?.restart();
      await waitFor('the node', ready);
      await stage.settle();
      report('the kubelet was away', start);
    });

    it('after the API server was restarted', async () => {
      const { apiServer } = stage.cluster.plane;
      await apiServer.stop();
      const start = Date.now();
      apiServer.restart();
      await waitFor('the API server', () =>
        stage.cluster.api.send('GET', '/readyz').then(({ status }) => status === 200),
      );
      await stage.settle();
      report('the API server was restarted', start);
    });
  });
}

/** Names and metrics are not what is checked. */
const NOT_OF_KUBERNETES = 'k8s-app notin (kube-dns, metrics-server)';

/** Says how long a recovery has taken. */
export function report(what: string, start: number): void {
  console.log(`${what}: well after ${Math.round((Date.now() - start) / 1000)} s`);
}
