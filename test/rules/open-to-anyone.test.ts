import { object } from '../support/manifests';
import { describeRule, eachObject, matches, neighbours, type World, world } from '../support/rules';

/** Pods of models that an operator makes, whose clients are no part of the platform; webhooks, which the API server calls. */
const OPEN = ['models', 'operators'];

const rule = eachObject((policy, all) => {
  if (policy.kind !== 'NetworkPolicy' || all.config.cluster?.ingressController === undefined) return [];
  const { podSelector, ingress = [] } = policy.spec;
  const open = ingress.filter(({ from, ports }: { from?: unknown; ports?: unknown }) => !from && ports);
  const ports = neighbours(all, policy, 'Service').filter(({ spec }) => spec.type === 'NodePort');
  const hasNodePort = ports.some(({ spec }) => matches(spec.selector, podSelector.matchLabels));
  return open.length === 0 || hasNodePort || OPEN.includes(policy.metadata.name) ? [] : ['is open to any address'];
});

const policy = (ingress: object) =>
  object('NetworkPolicy', 'api', { spec: { podSelector: { matchLabels: { app: 'api' } }, ingress: [ingress] } });
const service = (type: string) => object('Service', 'api', { spec: { type, selector: { app: 'api' } } });
const ports = [{ port: 80, protocol: 'TCP' }];

/** A world whose Ingress controller is known. */
function known(...objects: Parameters<typeof world>[0]): World {
  const all = world(objects);
  return { ...all, config: { ...all.config, cluster: { ingressController: { namespace: 'ingress-nginx' } } } };
}

describeRule('where the Ingress controller is known, node ports alone are open to any address', rule, {
  good: [
    world([policy({ ports })]),
    known(policy({ ports }), service('NodePort')),
    known(policy({ ports, from: [{ podSelector: {} }] }), service('ClusterIP')),
    // Pods that share the namespace, and are of another app.
    known(policy({})),
  ],
  bad: [
    [known(policy({ ports }), service('ClusterIP')), 'NetworkPolicy api: is open to any address'],
    [known(policy({ ports })), 'NetworkPolicy api: is open to any address'],
  ],
});
