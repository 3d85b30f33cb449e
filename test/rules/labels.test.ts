import { deployment, object } from '../support/manifests';
import { describeRule, nameOf, podOf, type Rule, world } from '../support/rules';

const PREFIX = 'app.kubernetes.io';
const OF_PODS = ['name', 'instance', 'component', 'part-of', 'managed-by'];

const rule: Rule = ({ files }) =>
  Object.entries(files).flatMap(([file, objects]) =>
    objects.flatMap((manifest) => {
      const { labels = {} } = manifest.metadata;
      const pod = podOf(manifest)?.metadata.labels;
      const missing = OF_PODS.filter((label) => pod !== undefined && pod[`${PREFIX}/${label}`] === undefined);
      return [
        ...(labels[`${PREFIX}/part-of`] === file ? [] : [`is not part of ${file}`]),
        ...(labels[`${PREFIX}/managed-by`] === 'cdk8s' ? [] : ['is not managed by cdk8s']),
        ...missing.map((label) => `its pods have no label ${label}`),
      ].map((text) => `${nameOf(manifest)}: ${text}`);
    }),
  );

const labels = { [`${PREFIX}/part-of`]: 'demo', [`${PREFIX}/managed-by`]: 'cdk8s' };
const podLabels = { ...labels, [`${PREFIX}/name`]: 'a', [`${PREFIX}/instance`]: 'a', [`${PREFIX}/component`]: 'a' };
const withPods = (given: Record<string, string>) =>
  world([deployment({}, { metadata: { labels }, spec: { template: { metadata: { labels: given }, spec: {} } } })]);

describeRule('every object says what stack it is part of, and every pod who it is', rule, {
  good: [world([object('Secret', 'a', { metadata: { labels } })]), withPods(podLabels)],
  bad: [
    [world([object('Secret', 'a')]), 'Secret a: is not part of demo', 'Secret a: is not managed by cdk8s'],
    [
      world([object('Secret', 'a', { metadata: { labels: { ...labels, [`${PREFIX}/part-of`]: 'other' } } })]),
      'Secret a: is not part of demo',
    ],
    [
      withPods(labels),
      'Deployment api: its pods have no label name',
      'Deployment api: its pods have no label instance',
      'Deployment api: its pods have no label component',
    ],
  ],
});
