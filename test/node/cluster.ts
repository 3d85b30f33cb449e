import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodePool } from '../../lib';
import { images } from '../../lib/versions';
import { Api } from '../support/control-plane/api';
import { Kubectl } from '../support/control-plane/kubectl';
import { type ControlPlane, startControlPlane } from './control-plane';
import { Machine, type Node, type Program, run, TOOLS, waitFor } from './machine';
import { type NodeSpec, nodeSpecs, PAUSE, startFirewall, startNode } from './nodes';

/** A cluster of real nodes, on a machine of its own. */
export interface RealCluster {
  readonly machine: Machine;
  readonly nodes: readonly Node[];
  /** That of the control plane. */
  readonly first: Node;
  /** That of each node. */
  readonly kubelets: readonly Program[];
  readonly plane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly api: Api;
}

/** The nodes of a kind.yaml, each with the capacity of its pool, with what kind brings along; all of it is ready. */
export async function startRealCluster(kindConfig: string, pools: readonly NodePool[]): Promise<RealCluster> {
  const store = await loadImages();
  const machine = await Machine.start();
  try {
    return await startOn(machine, nodeSpecs(kindConfig, pools), store);
  } catch (error) {
    machine.keepLogs(LOGS);
    await machine.stop();
    throw error;
  }
}

/** Logs of a run in which something failed. */
export const LOGS = join('.tmp', 'node-logs');

/** Unpacks the images, if they are not those of the last run. @returns the folder */
async function loadImages(): Promise<string> {
  const store = join(TOOLS, 'store');
  mkdirSync(TOOLS, { recursive: true });
  await run(['bash', join(import.meta.dirname, 'load-images.sh'), store, join(TOOLS, 'images')]);
  return store;
}

async function startOn(machine: Machine, specs: readonly NodeSpec[], store: string): Promise<RealCluster> {
  const nodes = [];
  for (const [index, { name, processors }] of specs.entries()) {
    nodes.push(await machine.addNode(name, index, processors, store));
  }
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node);
    for (const { podRange, address } of others) await node.run(['ip', 'route', 'add', podRange, 'via', address]);
  }
  const plane = await startControlPlane(machine, nodes);
  const kubelets = nodes.map((node, index) => startNode(node, specs[index] as NodeSpec, plane));
  const kubectl = new Kubectl(plane.kubectl, plane.kubeconfig);
  const socket = join(machine.folder, 'proxy');
  const [first] = nodes as [Node];
  const proxy = ['proxy', `--kubeconfig=${plane.kubeconfig}`, `--unix-socket=${socket}`];
  const api = new Api(socket);
  await first.start('kubectl-proxy', [plane.program, ...proxy]).until(async () => {
    return api.send('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
  });
  await waitFor('the nodes', async () => (await api.list('/api/v1/nodes')).length === nodes.length);
  for (const node of nodes) startFirewall(node, plane);
  await addOns(kubectl, first, plane);
  const wait = (...args: readonly string[]) => kubectl.run(['wait', '--timeout=300s', ...args]);
  await wait('--for=condition=Ready', 'nodes', '--all');
  await wait('--for=condition=Available', '--namespace=kube-system', 'deployments', '--all');
  await wait('--for=condition=Available', 'apiservice', 'v1beta1.metrics.k8s.io');
  return { machine, nodes, first, kubelets, plane, kubectl, api };
}

async function addOns(kubectl: Kubectl, node: Node, { kubeconfig }: ControlPlane): Promise<void> {
  const file = readFileSync(join(import.meta.dirname, 'add-ons.yaml'), 'utf8');
  const manifests = file
    .replaceAll('BIN', join(TOOLS, 'bin'))
    .replaceAll('PAUSE', PAUSE)
    .replaceAll('HELPER', images.curl);
  await kubectl.run(['apply', '-f', '-'], manifests);
  node.start('local-path-provisioner', [
    join(TOOLS, 'bin/local-path-provisioner'),
    'start',
    `--kubeconfig=${kubeconfig}`,
    '--namespace=local-path-storage',
    '--service-account-name=local-path-provisioner',
    `--helper-image=${images.curl}`,
  ]);
}
