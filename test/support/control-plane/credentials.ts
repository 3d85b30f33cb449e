import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that let the parts of a control plane trust each other. The API server signs its own certificate. */
export interface Credentials {
  /** One user of the group `system:masters`. */
  readonly tokenFile: string;
  readonly token: string;
  /** Keys that sign the tokens of ServiceAccounts. */
  readonly serviceAccountPublicKey: string;
  readonly serviceAccountPrivateKey: string;
}

export function writeCredentials(folder: string): Credentials {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
  const token = randomBytes(16).toString('hex');
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  return {
    token,
    tokenFile: write('tokens.csv', `${token},admin,admin,system:masters\n`),
    serviceAccountPublicKey: write('service-account.pub', publicKey),
    serviceAccountPrivateKey: write('service-account.key', privateKey),
  };
}

/** What every API server is told. As kubeadm has it; what it does not name, such as Pod Security and quotas, is on by default. */
export function apiServerArguments(etcd: string, credentials: Credentials): readonly string[] {
  return [
    `--etcd-servers=${etcd}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--token-auth-file=${credentials.tokenFile}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${credentials.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccountPrivateKey}`,
  ];
}

/** Writes what clients read. JSON is YAML. */
export function writeKubeconfig(path: string, server: string, certificateAuthority: string, token: string): void {
  const name = 'control-plane';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority': certificateAuthority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
}
