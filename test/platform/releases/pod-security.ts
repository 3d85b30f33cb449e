import { containersOf, type RenderedPod } from './render';

const CONTAINER_TYPES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** What Pod Security `restricted` refuses in a pod. */
export function restrictedViolations(pod: RenderedPod): readonly string[] {
  const { securityContext: ofPod = {} } = pod;
  return [
    ...baselineViolations(pod),
    ...(pod.volumes ?? [])
      .filter((volume) => !Object.keys(volume).some((key) => CONTAINER_TYPES.includes(key)))
      .map(({ name }) => `volume ${name}`),
    ...containersOf(pod).flatMap(({ name, securityContext: own = {} }) => {
      const context = { ...ofPod, ...own };
      const { drop = [], add = [] } = (own.capabilities ?? {}) as { drop?: string[]; add?: string[] };
      const seccomp = context.seccompProfile as { type?: string } | undefined;
      return [
        ...(context.runAsNonRoot === true ? [] : ['runAsNonRoot']),
        ...(context.runAsUser === 0 ? ['runAsUser'] : []),
        ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation']),
        ...(drop.includes('ALL') ? [] : ['capabilities.drop']),
        ...add.filter((capability) => capability !== 'NET_BIND_SERVICE'),
        ...(['RuntimeDefault', 'Localhost'].includes(seccomp?.type ?? '') ? [] : ['seccompProfile']),
      ].map((problem) => `${name}: ${problem}`);
    }),
  ];
}

/** What Pod Security `baseline` refuses in a pod, as far as these charts could do it. */
export function baselineViolations(pod: RenderedPod): readonly string[] {
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod[field] === true),
    ...(pod.volumes ?? []).filter((volume) => 'hostPath' in volume).map(({ name }) => `hostPath ${name}`),
    ...containersOf(pod)
      .filter(({ securityContext }) => securityContext?.privileged === true)
      .map(({ name }) => `${name}: privileged`),
  ];
}
