import { deployment } from '../support/manifests';
import { describeRule, eachPod, world } from '../support/rules';

const rule = eachPod(({ spec }) => (spec.enableServiceLinks === false ? [] : ['gets a variable for every Service']));

describeRule('no pod gets variables such as POSTGRES_PORT=tcp://…, which programs take for their settings', rule, {
  good: [world([deployment()])],
  bad: [
    [world([deployment({ enableServiceLinks: undefined })]), 'Deployment api: gets a variable for every Service'],
    [world([deployment({ enableServiceLinks: true })]), 'Deployment api: gets a variable for every Service'],
  ],
});
