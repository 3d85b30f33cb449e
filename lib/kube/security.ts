import type { k8s } from 'cdk8s-plus-28';

/** Numeric ids that a pod runs as: images name their user, and `runAsNonRoot` can only check a number. */
export interface PodUser {
  /** The image's user id, not 0. */
  readonly user: number;
  /** @default - the same as `user` */
  readonly group?: number;
  /** Group that owns mounted volumes. @default - the same as `group` */
  readonly fsGroup?: number;
}

/** What the Pod Security Standard `restricted` asks of a pod. */
export function podSecurity({ user, group = user, fsGroup = group }: PodUser): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup,
    // Changing the owner of every file of a large volume at each start takes minutes.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What the Pod Security Standard `restricted` asks of a container, with a read-only root file system. */
export function containerSecurity(
  options: { readonly user?: number; readonly readOnlyRootFilesystem?: boolean } = {},
): k8s.SecurityContext {
  const { user, readOnlyRootFilesystem = true } = options;
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem,
    runAsUser: user,
  };
}
