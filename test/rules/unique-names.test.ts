import { object } from '../support/manifests';
import { describeRule, type Manifest, type Rule, world } from '../support/rules';

const idOf = ({ apiVersion, kind, metadata }: Manifest) =>
  [apiVersion.replace(/\/?[^/]+$/, ''), kind, metadata.namespace, metadata.name].join(' ').trim();

const rule: Rule = ({ objects }) => {
  const ids = objects.map(idOf);
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`);
};

describeRule('no two objects are the same to the API server', rule, {
  good: [
    world([
      object('ConfigMap', 'a'),
      object('Secret', 'a'),
      object('ConfigMap', 'a', { metadata: { namespace: 'b' } }),
    ]),
  ],
  bad: [
    [world([object('Secret', 'a'), object('Secret', 'a')]), 'Secret demo a is there twice'],
    [
      world([object('Job', 'a', { apiVersion: 'batch/v1' }), object('Job', 'a', { apiVersion: 'batch/v1beta1' })]),
      'batch Job demo a is there twice',
    ],
  ],
});
