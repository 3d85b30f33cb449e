import { container, deployment, object } from '../support/manifests';
import { containersOf, describeRule, eachPod, type Manifest, type World, world } from '../support/rules';

type Keys = readonly string[] | undefined;

const rule = eachPod((pod, workload, all) => {
  const missing = (kind: 'Secret' | 'ConfigMap', name: string, key?: string): string[] => {
    const keys = keysOf(all, workload.metadata.namespace, kind, name);
    if (keys === undefined) return [`there is no ${kind} ${name}`];
    return key === undefined || keys.includes(key) ? [] : [`the ${kind} ${name} has no key ${key}`];
  };
  const env: Manifest[] = containersOf(pod).flatMap((entry) => entry.env ?? []);
  const envFrom: Manifest[] = containersOf(pod).flatMap((entry) => entry.envFrom ?? []);
  const volumes: Manifest[] = pod.spec.volumes ?? [];
  const items = (list: Manifest[] | undefined) => list ?? [{}];
  return [
    ...env.flatMap(({ valueFrom: { secretKeyRef: secret, configMapKeyRef: config } = {} as Manifest }) => [
      ...(secret ? missing('Secret', secret.name, secret.key) : []),
      ...(config ? missing('ConfigMap', config.name, config.key) : []),
    ]),
    ...envFrom.flatMap(({ secretRef, configMapRef }) => [
      ...(secretRef ? missing('Secret', secretRef.name) : []),
      ...(configMapRef ? missing('ConfigMap', configMapRef.name) : []),
    ]),
    ...volumes.flatMap(({ secret, configMap }) => [
      ...(secret ? items(secret.items).flatMap(({ key }) => missing('Secret', secret.secretName, key)) : []),
      ...(configMap ? items(configMap.items).flatMap(({ key }) => missing('ConfigMap', configMap.name, key)) : []),
    ]),
    ...(pod.spec.imagePullSecrets ?? [])
      .filter(({ name }: Manifest) => !(all.config.images?.pullSecrets ?? []).includes(name))
      .map(({ name }: Manifest) => `the environment has no pull Secret ${name}`),
  ];
});

/** The keys of an object that is written here, or that the environment says must exist. */
function keysOf({ objects, existingSecrets }: World, namespace: string, kind: string, name: string): Keys {
  const written = objects.find(
    (other) => other.kind === kind && other.metadata.name === name && other.metadata.namespace === namespace,
  );
  if (written !== undefined) return Object.keys(written.data);
  if (kind !== 'Secret') return undefined;
  return existingSecrets.find((secret) => secret.name === name && secret.namespace === namespace)?.keys;
}

const secret = object('Secret', 'db', { data: { password: 'YQ==' } });
const config = object('ConfigMap', 'settings', { data: { 'a.sql': '' } });
const reading = (entry: Manifest, pod: Manifest = {}) => deployment({ containers: [container(entry)], ...pod });
const secretKey = (name: string, key: string) => ({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name, key } } }] });
const configKey = (name: string, key: string) => ({
  env: [{ name: 'A', valueFrom: { configMapKeyRef: { name, key } } }],
});
const mounting = (volume: Manifest) => reading({}, { volumes: [volume] });

describeRule('every ConfigMap and Secret that a pod reads is in its namespace, with the keys that it reads', rule, {
  good: [
    world([secret, reading(secretKey('db', 'password'))]),
    world([config, reading(configKey('settings', 'a.sql'))]),
    world([
      secret,
      config,
      reading({ envFrom: [{ secretRef: { name: 'db' } }, { configMapRef: { name: 'settings' } }] }),
    ]),
    world([config, mounting({ configMap: { name: 'settings', items: [{ key: 'a.sql', path: 'b.sql' }] } })]),
    world([secret, mounting({ secret: { secretName: 'db' } })]),
    world([reading(secretKey('db', 'password'))], {
      existingSecrets: [{ namespace: 'demo', name: 'db', keys: ['password'] }],
    }),
  ],
  bad: [
    [world([reading(secretKey('db', 'password'))]), 'Deployment api: there is no Secret db'],
    [world([secret, reading(secretKey('db', 'pasword'))]), 'Deployment api: the Secret db has no key pasword'],
    [world([config, reading(configKey('settings', 'b'))]), 'Deployment api: the ConfigMap settings has no key b'],
    [world([reading({ envFrom: [{ secretRef: { name: 'db' } }] })]), 'Deployment api: there is no Secret db'],
    [world([reading({ envFrom: [{ configMapRef: { name: 'a' } }] })]), 'Deployment api: there is no ConfigMap a'],
    [
      world([config, mounting({ configMap: { name: 'settings', items: [{ key: 'b', path: 'b' }] } })]),
      'Deployment api: the ConfigMap settings has no key b',
    ],
    [world([mounting({ secret: { secretName: 'db' } })]), 'Deployment api: there is no Secret db'],
    [
      world([{ ...secret, metadata: { name: 'db', namespace: 'other' } }, reading(secretKey('db', 'password'))]),
      'Deployment api: there is no Secret db',
    ],
    [
      world([reading(secretKey('db', 'a'))], { existingSecrets: [{ namespace: 'demo', name: 'db', keys: ['b'] }] }),
      'Deployment api: the Secret db has no key a',
    ],
    [
      world([reading({}, { imagePullSecrets: [{ name: 'pull' }] })]),
      'Deployment api: the environment has no pull Secret pull',
    ],
  ],
});
