import { object } from '../support/manifests';
import { describeRule, nameOf, type Rule, world } from '../support/rules';

/** Every namespace has a policy of all of its pods that lets in only what it names. */
const rule: Rule = ({ objects }) =>
  objects
    .filter(
      ({ kind, metadata }) =>
        kind === 'Namespace' &&
        !objects.some(
          (other) =>
            other.kind === 'NetworkPolicy' &&
            other.metadata.namespace === metadata.name &&
            Object.keys(other.spec.podSelector).length === 0 &&
            other.spec.policyTypes.includes('Ingress'),
        ),
    )
    .map((namespace) => `${nameOf(namespace)} lets everything in`);

const namespace = object('Namespace', 'demo', { metadata: { namespace: undefined } });
const policy = (spec: object) => object('NetworkPolicy', 'a', { spec: { podSelector: {}, ...spec } });

describeRule('every namespace refuses connections that nothing declares', rule, {
  good: [world([namespace, policy({ policyTypes: ['Ingress'] })])],
  bad: [
    [world([namespace]), 'Namespace demo lets everything in'],
    [world([namespace, policy({ policyTypes: ['Egress'] })]), 'Namespace demo lets everything in'],
    [
      world([namespace, policy({ podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Ingress'] })]),
      'Namespace demo lets everything in',
    ],
  ],
});
