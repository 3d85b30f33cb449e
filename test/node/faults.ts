import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { pathOf } from '../support/control-plane/api';
import { podsOf } from './comes-up';
import { report, waitFor } from './machine';
import type { Stage } from './stage';

/** What goes wrong comes right by itself, or by the right manifest. */
export function comesBack(stage: Stage): void {
  // A wrong node selector needs no node: test/cluster/heals.ts.
  it('keeps the pods that run when an image is wrong, until it is right again', async () => {
    const right = stage.objects.find(({ kind }) => kind === 'Deployment');
    if (right === undefined) throw new Error('no Deployment');
    const wrong = structuredClone(right);
    wrong.spec.template.spec.containers[0].image = 'registry.example.org/none:0';
    await stage.cluster.kubectl.run(['apply', '-f', '-'], JSON.stringify(wrong));
    await waitFor('a pod that shows it', async () =>
      (await podsOf(stage)).some(({ status }) => /ErrImage|ImagePull/.test(JSON.stringify(status))),
    );
    expect((await stage.cluster.api.get(pathOf(right))).status.readyReplicas).toBeGreaterThan(0);
    await stage.apply();
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
        report(`${metadata.namespace}/${metadata.name} was killed: well`, start);
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
        report(`${name} was drained: well`, start);
      }
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
      report('the API server was restarted: well', start);
    });
  });
}

/**
 * The kubelet of the second node is away for two minutes: longer than a node may be silent, and shorter than pods wait for
 * their node.
 */
export function outlivesItsKubelet(stage: Stage, meanwhile: () => void): void {
  const ready = async () => {
    const { conditions } = (await stage.cluster.api.get(`/api/v1/nodes/${stage.cluster.nodes[1]?.name}`)).status;
    return conditions.some(({ type, status }: Manifest) => type === 'Ready' && status === 'True');
  };
  const containers = async () =>
    (await podsOf(stage))
      .filter(({ spec }) => spec.nodeName === stage.cluster.nodes[1]?.name)
      .map(({ metadata, status }) => [metadata.uid, status.containerStatuses[0].containerID] as const);
  let before: Awaited<ReturnType<typeof containers>> = [];
  let start = 0;

  it('lets a kubelet go', async () => {
    before = await containers();
    start = Date.now();
    await stage.cluster.kubelets[1]?.stop();
  });

  describe('meanwhile', meanwhile);

  it('misses its node, and two minutes later has it back within a minute, with the containers that it had', async () => {
    await waitFor('the node to be missed', async () => !(await ready()), 120);
    await sleep(Math.max(0, start + 120_000 - Date.now()));
    start = Date.now();
    stage.cluster.kubelets[1]?.restart();
    await waitFor('the node', ready, 60);
    await stage.settle();
    report('the kubelet was away for two minutes: well', start);
    const after = await containers();
    expect(after).not.toEqual([]);
    // An autoscaler may have taken one away.
    expect(after).toEqual(before.filter(([pod]) => after.some(([other]) => other === pod)));
  });
}

/** Names and metrics are not what is checked. */
const NOT_OF_KUBERNETES = 'k8s-app notin (kube-dns, metrics-server)';
