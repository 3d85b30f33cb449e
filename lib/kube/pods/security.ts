import type { k8s } from 'cdk8s-plus-28';
import type { ErrorLocation } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireWhole } from '../objects/numbers';

/** Numeric ids that a pod runs as: images name their user, and `runAsNonRoot` can only check a number. */
export interface PodUser {
  /** The image's user id, not 0. */
  readonly user: number;
  /** @default - the same as `user` */
  readonly group?: number;
  /** Group that owns mounted volumes. @default - the same as `group` */
  readonly fsGroup?: number;
}

/** Checks the ids that a pod runs as. */
export function requirePodUser(location: ErrorLocation, prop: string, ids: PodUser): void {
  requireKnownProps(location, ids, 'user:number group?:number fsGroup?:number', prop);
  const { user, group, fsGroup } = ids;
  requireUser(location, `${prop}.user`, user);
  if (group !== undefined) requireWhole(location, `${prop}.group`, group, 0, 'be a group id from 0');
  if (fsGroup !== undefined) requireWhole(location, `${prop}.fsGroup`, fsGroup, 0, 'be a group id from 0');
}

/** Checks a user id: the kubelet starts no container as root that says `runAsNonRoot`, as every pod here does. */
export function requireUser(location: ErrorLocation, prop: string, user: number): void {
  requireWhole(location, prop, user, 1, 'be a user id above 0');
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
  return { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem, runAsUser: user };
}
