import { deployment } from '../support/manifests';
import { describeRule, eachPod, type Manifest, world } from '../support/rules';

const rule = eachPod(({ spec }) =>
  (spec.volumes ?? [])
    .filter(({ emptyDir }: Manifest) => emptyDir !== undefined && emptyDir.sizeLimit === undefined)
    .map(({ name }: Manifest) => `the volume ${name} can fill its node`),
);

const scratch = (emptyDir: Manifest) => world([deployment({ volumes: [{ name: 'tmp', emptyDir }] })]);

describeRule('no scratch volume can fill a node', rule, {
  good: [world([deployment()]), scratch({ sizeLimit: '1Gi' }), scratch({ medium: 'Memory', sizeLimit: '64Mi' })],
  bad: [
    [scratch({}), 'Deployment api: the volume tmp can fill its node'],
    [scratch({ medium: 'Memory' }), 'Deployment api: the volume tmp can fill its node'],
  ],
});
