/** Security context of a pod, as charts take it. */
export interface PodSecurityValues {
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  readonly runAsNonRoot?: true;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: 'OnRootMismatch' | 'Always';
}

/** Security context of a container, as charts take it. */
export interface ContainerSecurityValues {
  readonly runAsNonRoot: true;
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly allowPrivilegeEscalation: false;
  readonly capabilities: { readonly drop: readonly ['ALL'] };
}

/**
 * What Pod Security `restricted` asks of a pod and its containers. Their root file system stays writable: the images
 * of these charts write below their home, and the charts offer no volume for it.
 */
export function restrictedSecurity(user: number): {
  readonly podSecurityContext: PodSecurityValues;
  readonly securityContext: ContainerSecurityValues;
} {
  return {
    podSecurityContext: {
      seccompProfile: { type: 'RuntimeDefault' },
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
    },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
  };
}
