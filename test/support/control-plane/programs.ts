import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPrograms } from '../../platform/releases/programs';

/** The programs of a control plane with nodes that exist only as objects. */
const CONTROL_PLANE = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
] as const;

/** Where programs are, by name. */
export type Programs = Readonly<Record<(typeof CONTROL_PLANE)[number], string>>;

/** What an API server alone takes. */
export type ApiServerPrograms = Pick<Programs, 'etcd' | 'kube-apiserver'>;

/** What a cluster takes that is there already. */
export type ClientPrograms = Pick<Programs, 'kubectl' | 'kwok'>;

/**
 * The programs of the current Kubernetes: in KUBEBUILDER_ASSETS, as envtest has it, or where CI builds them.
 * @returns the reason where one is missing
 */
export function findControlPlane(): Programs | string {
  return findIn(process.env.KUBEBUILDER_ASSETS ?? '.tools/k8s/current', 'KUBEBUILDER_ASSETS', CONTROL_PLANE);
}

/**
 * The API server of the oldest Kubernetes that the manifests support, in KUBEBUILDER_ASSETS_OLDEST or where CI builds it.
 * @returns the reason where it is missing
 */
export function findOldestApiServer(): ApiServerPrograms | string {
  return findIn(process.env.KUBEBUILDER_ASSETS_OLDEST ?? '.tools/k8s/oldest', 'KUBEBUILDER_ASSETS_OLDEST', [
    'etcd',
    'kube-apiserver',
  ]);
}

/**
 * What talks to a cluster that is there already: with the control plane, or on the search path.
 * @returns the reason where one is missing
 */
export function findClients(): ClientPrograms | string {
  const assets = findControlPlane();
  return typeof assets === 'string' ? findPrograms('kubectl', 'kwok') : assets;
}

function findIn<K extends string>(
  folder: string,
  variable: string,
  names: readonly K[],
): Readonly<Record<K, string>> | string {
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) return `no ${missing.join(', ')} in ${folder} (${variable} names a folder)`;
  return Object.fromEntries(names.map((name) => [name, resolve(folder, name)])) as Record<K, string>;
}
