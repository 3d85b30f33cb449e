import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { apiServerArguments, type Credentials, writeCredentials, writeKubeconfig } from './credentials';
import { type Daemon, Daemons } from './daemons';
import type { ApiServerPrograms, Programs } from './programs';

/** A control plane of its own, on free ports, that leaves nothing behind. */
export class ControlPlane {
  /** Where clients find it. */
  readonly kubeconfig: string;
  private readonly daemons = new Daemons('control-plane');
  private readonly credentials: Credentials;
  private server?: { readonly daemon: Daemon; readonly url: string };

  private constructor() {
    const { folder } = this.daemons;
    this.kubeconfig = join(folder, 'kubeconfig');
    this.credentials = writeCredentials(folder);
  }

  /** etcd and an API server: enough to see whether objects are accepted. */
  static apiServer(programs: ApiServerPrograms): Promise<ControlPlane> {
    return new ControlPlane().starting((plane) => plane.startApiServer(programs));
  }

  /** A whole control plane: controllers and the scheduler too. */
  static start(programs: Programs): Promise<ControlPlane> {
    return new ControlPlane().starting(async (plane) => {
      await plane.startApiServer(programs);
      plane.startControllers(programs);
    });
  }

  stop(): Promise<void> {
    return this.daemons.stop();
  }

  /** Ends the API server, and starts it again with what it knew. */
  async restartApiServer(): Promise<void> {
    if (this.server === undefined) throw new Error('the API server does not run');
    const { daemon, url } = this.server;
    await daemon.restart();
    await daemon.ready(() => isReady(url, this.certificate));
  }

  /** Copies the logs to where they stay. */
  keepLogs(target: string): void {
    this.daemons.keepLogs(target);
  }

  private async starting(start: (plane: ControlPlane) => Promise<void>): Promise<ControlPlane> {
    try {
      await start(this);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private async startApiServer(programs: ApiServerPrograms): Promise<void> {
    const { credentials, daemons, certificate } = this;
    const etcd = `http://127.0.0.1:${await freePort()}`;
    const server = `https://127.0.0.1:${await freePort()}`;
    writeKubeconfig(this.kubeconfig, server, certificate, credentials.token);
    await daemons
      .start('etcd', programs.etcd, [
        `--data-dir=${join(daemons.folder, 'etcd')}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        '--listen-peer-urls=http://127.0.0.1:0',
        '--log-level=warn',
        '--unsafe-no-fsync',
      ])
      .ready(() => answers(`${etcd}/health`));
    const daemon = daemons.start('kube-apiserver', programs['kube-apiserver'], [
      ...apiServerArguments(etcd, credentials),
      `--cert-dir=${daemons.folder}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${new URL(server).port}`,
      // Nothing asks for the endpoint of the Service `kubernetes`, and a loopback address cannot be one.
      '--endpoint-reconciler-type=none',
      '--advertise-address=192.0.2.1',
    ]);
    this.server = { daemon, url: server };
    await daemon.ready(() => isReady(server, certificate));
  }

  private startControllers(programs: Programs): void {
    const client = [`--kubeconfig=${this.kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
    this.daemons.start('kube-controller-manager', programs['kube-controller-manager'], [
      ...client,
      `--service-account-private-key-file=${this.credentials.serviceAccountPrivateKey}`,
      `--root-ca-file=${this.certificate}`,
      // Somebody waits for the autoscaler here, so that it looks each second and not each quarter of a minute.
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ]);
    this.daemons.start('kube-scheduler', programs['kube-scheduler'], client);
  }

  /** What the API server signs for itself: certificate and authority in one. */
  private get certificate(): string {
    return join(this.daemons.folder, 'apiserver.crt');
  }
}

function isReady(server: string, certificate: string): Promise<boolean> {
  if (!existsSync(certificate)) return Promise.resolve(false);
  return new Promise((resolve) => {
    get(`${server}/readyz`, { ca: readFileSync(certificate) }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
