import { container, deployment, object } from '../support/manifests';
import { containersOf, describeRule, eachPod, type Manifest, neighbours, world } from '../support/rules';

const rule = eachPod((pod, owner, all) => {
  const volumes: Manifest[] = pod.spec.volumes ?? [];
  const claims: Manifest[] = owner.spec.volumeClaimTemplates ?? [];
  const declared = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
  const mounts: Manifest[] = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
  const mounted = mounts.map(({ name }) => name);
  const existing = neighbours(all, owner, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
  return [
    ...mounted.filter((name) => !declared.includes(name)).map((name) => `there is no volume ${name}`),
    ...declared.filter((name) => !mounted.includes(name)).map((name) => `the volume ${name} is not mounted`),
    ...declared
      .filter((name, index) => declared.indexOf(name) !== index)
      .map((name) => `two volumes are called ${name}`),
    ...volumes
      .flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? [])
      .filter((name) => !existing.includes(name))
      .map((name) => `there is no claim ${name}`),
  ];
});

const mounting = (...names: string[]) => [
  container({ volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })) }),
];
const tmp = { name: 'tmp', emptyDir: {} };
const claims = { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } };
const models = { name: 'models', persistentVolumeClaim: { claimName: 'models' } };

describeRule('every volume is mounted, and every mount has its volume', rule, {
  good: [
    world([deployment()]),
    world([deployment({ containers: mounting('tmp', 'data'), volumes: [tmp] }, claims)]),
    world([
      deployment({ containers: mounting('models'), volumes: [models] }),
      object('PersistentVolumeClaim', 'models'),
    ]),
  ],
  bad: [
    [world([deployment({ containers: mounting('tmp') })]), 'Deployment api: there is no volume tmp'],
    [world([deployment({ volumes: [tmp] })]), 'Deployment api: the volume tmp is not mounted'],
    [world([deployment({}, claims)]), 'Deployment api: the volume data is not mounted'],
    [
      world([deployment({ containers: mounting('tmp'), volumes: [tmp, tmp] })]),
      'Deployment api: two volumes are called tmp',
    ],
    [
      world([deployment({ containers: mounting('models'), volumes: [models] })]),
      'Deployment api: there is no claim models',
    ],
  ],
});
