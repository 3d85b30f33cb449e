import type { Manifest } from '../../../lib/kube/objects/serialization';

/** What a claim asks for, and how many of them there are. */
interface Claim {
  readonly spec: Manifest;
  readonly count: number;
}

/** Class of the claims that name none, as kind has it. */
const DEFAULT_CLASS = 'standard';

/**
 * StorageClasses by the names that claims ask for, but for those among the objects, and a volume for each claim: no storage stands behind nodes that
 * exist only as objects, so nothing would make volumes.
 */
export function storageFor(objects: readonly Manifest[]): readonly Manifest[] {
  const claims = objects.flatMap(claimsOf);
  const own = objects.filter(({ kind }) => kind === 'StorageClass').map(({ metadata }) => metadata.name);
  const classes = new Set([DEFAULT_CLASS, ...claims.map(({ spec }) => className(spec))]);
  return [
    ...[...classes].filter((name) => !own.includes(name)).map(storageClass),
    ...claims.flatMap(({ spec, count }, claim) =>
      Array.from({ length: count }, (_, index) => volume(`volume-${claim}-${index}`, spec)),
    ),
  ];
}

function claimsOf({ kind, spec }: Manifest): Claim[] {
  if (kind === 'PersistentVolumeClaim') return [{ spec, count: 1 }];
  if (kind !== 'StatefulSet') return [];
  return (spec.volumeClaimTemplates ?? []).map((claim: Manifest) => ({ spec: claim.spec, count: spec.replicas ?? 1 }));
}

function className({ storageClassName }: Manifest): string {
  return storageClassName ?? DEFAULT_CLASS;
}

function storageClass(name: string): Manifest {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: { 'storageclass.kubernetes.io/is-default-class': String(name === DEFAULT_CLASS) },
    },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

function volume(name: string, claim: Manifest): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      storageClassName: className(claim),
      capacity: claim.resources.requests,
      accessModes: claim.accessModes,
      volumeMode: claim.volumeMode ?? 'Filesystem',
      hostPath: { path: `/volumes/${name}` },
    },
  };
}
