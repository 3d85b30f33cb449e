import { container, deployment, object } from '../support/manifests';
import { describeRule, type Manifest, nameOf, podOf, type Rule, world } from '../support/rules';

/** Read by the helm charts beside the stacks, whose values name them. */
const READ_BY_CHARTS = ['stac-db', 'mlflow-db', 'zenml-db', 's3-credentials'];

const rule: Rule = ({ objects }) => {
  const read = (kind: string, { metadata }: Manifest) =>
    objects.some((other) => {
      const pod = other.metadata.namespace === metadata.namespace ? podOf(other) : undefined;
      return pod !== undefined && referencesOf(pod).includes(`${kind} ${metadata.name}`);
    });
  return objects
    .filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap')
    .filter((other) => !READ_BY_CHARTS.includes(other.metadata.name) && !read(other.kind, other))
    .map((other) => `${nameOf(other)}: nobody reads it`);
};

function referencesOf(pod: Manifest): string[] {
  const text = JSON.stringify(pod);
  const names = (pattern: RegExp, kind: string) => [...text.matchAll(pattern)].map(([, name]) => `${kind} ${name}`);
  return [
    ...names(/"(?:secretKeyRef|secretRef)":\{[^}]*"name":"([^"]+)"/g, 'Secret'),
    ...names(/"secretName":"([^"]+)"/g, 'Secret'),
    ...names(/"(?:configMapKeyRef|configMapRef)":\{[^}]*"name":"([^"]+)"/g, 'ConfigMap'),
    ...names(/"configMap":\{(?:[^{}]|\{[^}]*\})*"name":"([^"]+)"/g, 'ConfigMap'),
  ];
}

const config = object('ConfigMap', 'settings', { data: {} });
const secret = object('Secret', 'db', { data: {} });

describeRule('every ConfigMap and Secret that is written is read', rule, {
  good: [
    world([
      config,
      deployment({ volumes: [{ name: 'a', configMap: { items: [{ key: 'a', path: 'b' }], name: 'settings' } }] }),
    ]),
    world([config, deployment({ containers: [container({ envFrom: [{ configMapRef: { name: 'settings' } }] })] })]),
    world([
      secret,
      deployment({ containers: [container({ env: [{ valueFrom: { secretKeyRef: { key: 'a', name: 'db' } } }] })] }),
    ]),
    world([secret, deployment({ volumes: [{ name: 'a', secret: { secretName: 'db' } }] })]),
  ],
  bad: [
    [world([config, secret, deployment()]), 'ConfigMap settings: nobody reads it', 'Secret db: nobody reads it'],
    [
      world([secret, deployment({ volumes: [{ name: 'a', configMap: { name: 'db' } }] })]),
      'Secret db: nobody reads it',
    ],
  ],
});
