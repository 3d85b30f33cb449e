import { deployment, object, service } from '../support/manifests';
import { describeRule, eachObject, type Manifest, neighbours, podOf, selectedPods, world } from '../support/rules';

const selectorOf = ({ kind, spec }: Manifest): Record<string, string> | undefined =>
  kind === 'Service' ? spec.selector : spec?.selector?.matchLabels;

/** The label that an operator gives to the pods that it creates, which have no template here. */
const CLUSTER_LABEL = 'cnpg.io/cluster';

const rule = eachObject((manifest, all) => {
  const selector = selectorOf(manifest);
  if (selector === undefined) return [];
  const cluster = selector[CLUSTER_LABEL];
  if (cluster !== undefined) {
    const known = neighbours(all, manifest, 'Cluster').some(({ metadata }) => metadata.name === cluster);
    return known ? [] : [`there is no Cluster ${cluster}`];
  }
  const pods = selectedPods(all, manifest, selector);
  const own = podOf(manifest);
  return [
    ...(Object.keys(selector).length === 0 ? ['its selector selects everything'] : []),
    ...(pods.length === 0 ? ['its selector matches no pod'] : []),
    ...(own !== undefined && !pods.includes(own) ? ['its selector does not match its own pods'] : []),
    ...(own !== undefined && pods.some((pod) => pod !== own) ? ['its selector matches the pods of others'] : []),
    ...Object.keys(selector)
      .filter((key) => /version|release|checksum|hash/.test(key))
      .map((key) => `its selector has ${key}, which changes with a release`),
  ];
});

const selecting = (labels: Record<string, string>) =>
  object('PodDisruptionBudget', 'api', { spec: { selector: { matchLabels: labels } } });

const monitor = object('PodMonitor', 'db', { spec: { selector: { matchLabels: { [CLUSTER_LABEL]: 'db' } } } });

describeRule('selectors match the pods that are meant, and no release changes them', rule, {
  good: [
    world([deployment(), service(), selecting({ app: 'api' }), object('Service', 'external', { spec: {} })]),
    world([object('Cluster', 'db'), monitor]),
  ],
  bad: [
    [world([monitor]), 'PodMonitor db: there is no Cluster db'],
    [world([deployment(), service({ selector: { app: 'web' } })]), 'Service api: its selector matches no pod'],
    [
      world([deployment(), selecting({ app: 'api', 'app.kubernetes.io/version': '1' })]),
      'PodDisruptionBudget api: its selector matches no pod',
      'PodDisruptionBudget api: its selector has app.kubernetes.io/version, which changes with a release',
    ],
    [
      world([deployment(), deployment({}, { metadata: { name: 'other' } })]),
      'Deployment api: its selector matches the pods of others',
      'Deployment other: its selector matches the pods of others',
    ],
    [
      world([deployment({}, { spec: { selector: { matchLabels: { app: 'web' } } } })]),
      'Deployment api: its selector matches no pod',
      'Deployment api: its selector does not match its own pods',
    ],
    [
      world([deployment({}, { metadata: { namespace: 'other' } }), service()]),
      'Service api: its selector matches no pod',
    ],
  ],
});
