/**
 * What Pod Security `restricted` asks of a pod and its containers. Their root file system stays writable: the images
 * of these charts write below their home, and the charts offer no volume for it.
 */
export function restrictedSecurity(user: number) {
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
