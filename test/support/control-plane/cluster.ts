import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from './api';
import { ControlPlane } from './control-plane';
import { Daemons } from './daemons';
import { Kubectl } from './kubectl';
import { FAKE_NODE } from './nodes';
import { type ClientPrograms, findClients, findControlPlane, type Programs } from './programs';

/** How a test reaches the cluster: plain values, so that they reach its worker. */
export interface ClusterAccess {
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** Socket of a `kubectl proxy`. */
  readonly socket: string;
}

/** A cluster that runs: one that was there, or one of its own. */
export interface RunningCluster {
  readonly access: ClusterAccess;
  /** A folder that goes when it stops. */
  readonly folder: string;
  /** Stops what was started; a cluster that was there stays. */
  stop(): Promise<void>;
  /** Copies the logs of what was started to where they stay. */
  keepLogs(target: string): void;
  /** Ends the API server, and starts it again. @default - one that was there is left alone */
  restartApiServer?(): Promise<void>;
}

/** A cluster, as the checks use it. */
export interface Cluster {
  readonly kubectl: Kubectl;
  readonly api: Api;
}

export function connect({ kubectl, kubeconfig, socket }: ClusterAccess): Cluster {
  return { kubectl: new Kubectl(kubectl, kubeconfig), api: new Api(socket) };
}

/**
 * The cluster of KUBECONFIG, where it is of kind, or a control plane of its own; with kwok for the nodes.
 * @returns the reason where there is neither
 */
export async function startCluster(): Promise<RunningCluster | string> {
  const { KUBECONFIG } = process.env;
  if (KUBECONFIG !== undefined && KUBECONFIG !== '') {
    const programs = findClients();
    if (typeof programs === 'string') return programs;
    await requireKind(new Kubectl(programs.kubectl, KUBECONFIG));
    return startClients(programs, KUBECONFIG);
  }
  const programs = findControlPlane();
  return typeof programs === 'string' ? `no KUBECONFIG, and ${programs}` : startOwnCluster(programs);
}

/** A control plane of its own, with kwok for the nodes. */
export async function startOwnCluster(programs: Programs): Promise<RunningCluster> {
  const plane = await ControlPlane.start(programs);
  try {
    const clients = await startClients(programs, plane.kubeconfig);
    return {
      ...clients,
      restartApiServer: () => plane.restartApiServer(),
      stop: async () => {
        await clients.stop();
        await plane.stop();
      },
      keepLogs: (target) => {
        clients.keepLogs(target);
        plane.keepLogs(target);
      },
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

/** Namespaces are created and deleted here: not in a cluster that somebody works with. */
async function requireKind(kubectl: Kubectl): Promise<void> {
  const context = (await kubectl.run(['config', 'current-context'])).trim();
  if (!context.startsWith('kind-')) {
    throw new Error(`the current context of KUBECONFIG must be a cluster of kind (kind-…), got '${context}'`);
  }
}

async function startClients({ kubectl, kwok }: ClientPrograms, kubeconfig: string): Promise<RunningCluster> {
  const daemons = new Daemons('cluster');
  const socket = join(daemons.folder, 'proxy');
  try {
    daemons.start('kwok', kwok, [
      `--kubeconfig=${kubeconfig}`,
      `--config=${join(import.meta.dirname, 'kwok.yaml')}`,
      '--manage-all-nodes=false',
      `--manage-nodes-with-annotation-selector=${FAKE_NODE.key}=${FAKE_NODE.value}`,
      // As a kubelet: without leases nodes count as dead after a minute.
      '--node-lease-duration-seconds=40',
    ]);
    await daemons
      .start('kubectl-proxy', kubectl, ['proxy', `--kubeconfig=${kubeconfig}`, `--unix-socket=${socket}`])
      .ready(() => existsSync(socket));
  } catch (error) {
    await daemons.stop();
    throw error;
  }
  return {
    access: { kubectl, kubeconfig, socket },
    folder: daemons.folder,
    stop: () => daemons.stop(),
    keepLogs: (target) => daemons.keepLogs(target),
  };
}
