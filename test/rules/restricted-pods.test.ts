import { container, deployment } from '../support/manifests';
import { containersOf, describeRule, eachPod, type Manifest, world } from '../support/rules';

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** What the Pod Security Standard `restricted` asks for, and a numeric user, which runAsNonRoot needs to be sure. */
const rule = eachPod(({ spec }: Manifest) => [
  ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true),
  ...(spec.volumes ?? []).flatMap(({ name, ...source }: Manifest) =>
    Object.keys(source).every((type) => VOLUMES.includes(type)) ? [] : [`volume ${name}`],
  ),
  ...containersOf({ spec }).flatMap((entry) =>
    ofContainer(entry, spec.securityContext).map((text) => `${entry.name}: ${text}`),
  ),
]);

function ofContainer({ securityContext: own = {}, ports = [] }: Manifest, ofPod: Manifest = {}): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...ofPod, ...own };
  const { drop = [], add = [] } = own.capabilities ?? {};
  return [
    ...(runAsNonRoot === true ? [] : ['runAsNonRoot']),
    ...(Number.isInteger(runAsUser) && runAsUser > 0 ? [] : ['runAsUser']),
    ...(['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type) ? [] : ['seccompProfile']),
    ...(own.privileged ? ['privileged'] : []),
    ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation']),
    ...(drop.includes('ALL') ? [] : ['capabilities.drop']),
    ...add.filter((capability: string) => capability !== 'NET_BIND_SERVICE'),
    ...ports.flatMap(({ hostPort }: Manifest) => (hostPort === undefined ? [] : [`hostPort ${hostPort}`])),
  ];
}

const context = container().securityContext;
const having = (securityContext: Manifest, pod: Manifest = {}) =>
  world([deployment({ containers: [container({ securityContext: { ...context, ...securityContext } })], ...pod })]);

describeRule('every pod meets the Pod Security Standard restricted, as a user with a number', rule, {
  good: [having({}), having({ runAsUser: 7, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })],
  bad: [
    [having({ runAsNonRoot: false }), 'Deployment api: main: runAsNonRoot'],
    [having({ runAsUser: 0 }), 'Deployment api: main: runAsUser'],
    [having({ seccompProfile: { type: 'Unconfined' } }), 'Deployment api: main: seccompProfile'],
    [having({ privileged: true }), 'Deployment api: main: privileged'],
    [having({ allowPrivilegeEscalation: undefined }), 'Deployment api: main: allowPrivilegeEscalation'],
    [
      having({ capabilities: { add: ['SYS_ADMIN'] } }),
      'Deployment api: main: capabilities.drop',
      'Deployment api: main: SYS_ADMIN',
    ],
    [having({}, { hostNetwork: true }), 'Deployment api: hostNetwork'],
    [having({}, { volumes: [{ name: 'host', hostPath: { path: '/' } }] }), 'Deployment api: volume host'],
    [
      having({}, { securityContext: undefined }),
      'Deployment api: main: runAsNonRoot',
      'Deployment api: main: runAsUser',
      'Deployment api: main: seccompProfile',
    ],
    [
      world([deployment({ containers: [container({ ports: [{ name: 'http', hostPort: 80 }] })] })]),
      'Deployment api: main: hostPort 80',
    ],
    [
      world([deployment({ initContainers: [{ name: 'wait' }] })]),
      'Deployment api: wait: allowPrivilegeEscalation',
      'Deployment api: wait: capabilities.drop',
    ],
  ],
});
