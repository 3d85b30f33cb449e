import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiServerArguments, writeCredentials, writeKubeconfig } from '../support/control-plane/credentials';
import { findControlPlane } from '../support/control-plane/programs';
import type { Machine, Node, Program } from './machine';

/** The control plane of a cluster, in the network of its first node. */
export interface ControlPlane {
  readonly kubeconfig: string;
  /** A kubectl that reaches the network of the nodes. */
  readonly kubectl: string;
  /** The kubectl that it runs. */
  readonly program: string;
  readonly server: string;
  /** What signs the certificates of clients. */
  readonly authority: string;
  readonly serverCertificate: string;
  /** A secret of each kubelet, by the name of its node. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly apiServer: Program;
}

export async function startControlPlane(machine: Machine, nodes: readonly Node[]): Promise<ControlPlane> {
  const [first] = nodes;
  const programs = findControlPlane();
  if (first === undefined || typeof programs === 'string') throw new Error(`no control plane: ${programs}`);
  const folder = join(machine.folder, 'control-plane');
  mkdirSync(folder);
  const file = (name: string) => join(folder, name);
  const credentials = writeCredentials(folder);
  const { token, tokenFile, serviceAccountPrivateKey } = credentials;
  const tokens = Object.fromEntries(nodes.map(({ name }) => [name, `${token}-${name}`]));
  const kubelets = nodes.map(({ name }) => `${tokens[name]},system:node:${name},${name},system:nodes\n`);
  writeFileSync(tokenFile, readFileSync(tokenFile, 'utf8') + kubelets.join(''));
  writeCertificates(folder);

  const etcd = 'http://127.0.0.1:2379';
  first.start('etcd', [
    programs.etcd,
    `--data-dir=${file('etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    '--log-level=warn',
    '--unsafe-no-fsync',
  ]);
  const server = `https://${first.address}:6443`;
  const kubeconfig = file('kubeconfig');
  const serverCertificate = file('apiserver.crt');
  writeKubeconfig(kubeconfig, server, serverCertificate, token);
  const apiServer = first.start('kube-apiserver', [
    programs['kube-apiserver'],
    ...apiServerArguments(etcd, credentials),
    // It signs its own certificate, for this address and for those of the Service `kubernetes`.
    `--cert-dir=${folder}`,
    `--advertise-address=${first.address}`,
    `--kubelet-client-certificate=${file('kubelet-client.crt')}`,
    `--kubelet-client-key=${file('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    // For metrics-server, which serves a part of the API.
    `--proxy-client-cert-file=${file('front-proxy.crt')}`,
    `--proxy-client-key-file=${file('front-proxy.key')}`,
    `--requestheader-client-ca-file=${file('ca.crt')}`,
    '--requestheader-allowed-names=front-proxy',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
  ]);
  const kubectl = writeKubectl(folder, programs.kubectl, first);
  await apiServer.until(() => existsSync(serverCertificate) && isReady(kubectl, kubeconfig));
  const client = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false'];
  first.start('kube-controller-manager', [
    programs['kube-controller-manager'],
    ...client,
    `--service-account-private-key-file=${serviceAccountPrivateKey}`,
    `--root-ca-file=${serverCertificate}`,
    '--use-service-account-credentials',
  ]);
  first.start('kube-scheduler', [programs['kube-scheduler'], ...client]);
  return {
    kubeconfig,
    kubectl,
    program: programs.kubectl,
    server,
    serverCertificate,
    authority: file('ca.crt'),
    tokens,
    apiServer,
  };
}

/** A kubectl of the outside that reaches the network of the node, and ends with the machine. */
function writeKubectl(folder: string, program: string, node: Node): string {
  const path = join(folder, 'kubectl');
  const enter = node.enter({ folders: false }).join(' ');
  const script = `#!/bin/sh\nexec ${enter} sh -c 'cd "$0" && exec "$@"' "$PWD" '${program}' "$@"\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

function isReady(kubectl: string, kubeconfig: string): boolean {
  return spawnSync(kubectl, [`--kubeconfig=${kubeconfig}`, 'get', '--raw=/readyz']).status === 0;
}

/** An authority, and certificates of the API server as a client: of kubelets, and of servers of parts of its API. */
function writeCertificates(folder: string): void {
  const key = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const openssl = (name: string, subject: string, ...args: string[]) => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', subject];
    execFileSync('openssl', ['req', ...key, ...files, ...args], { cwd: folder, stdio: 'pipe' });
  };
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'extendedKeyUsage=clientAuth'];
  openssl('ca', '/CN=test-node');
  openssl('kubelet-client', '/O=system:masters/CN=kube-apiserver', ...signed);
  openssl('front-proxy', '/CN=front-proxy', ...signed);
}
