import { service } from '../support/manifests';
import { describeRule, type Manifest, nameOf, type Rule, world } from '../support/rules';

const rule: Rule = ({ objects }) => {
  const owners = new Map<number, string>();
  return objects.flatMap((object) => {
    const ports: Manifest[] = object.kind === 'Service' ? (object.spec.ports ?? []) : [];
    return ports.flatMap(({ nodePort }) => {
      if (nodePort === undefined) return [];
      const owner = owners.get(nodePort);
      if (owner !== undefined) return [`${nameOf(object)}: node port ${nodePort} is taken by ${owner}`];
      owners.set(nodePort, nameOf(object));
      return nodePort < 30000 || nodePort > 32767 ? [`${nameOf(object)}: ${nodePort} is no node port`] : [];
    });
  });
};

const exposed = (name: string, nodePort: number, namespace = 'demo'): Manifest => ({
  ...service({ type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort }] }),
  metadata: { name, namespace },
});

describeRule('no two Services of a cluster ask for one node port', rule, {
  good: [world([service(), exposed('a', 30000), exposed('b', 32767)])],
  bad: [
    [world([exposed('a', 30901), exposed('b', 30901, 'other')]), 'Service b: node port 30901 is taken by Service a'],
    [world([exposed('a', 80)]), 'Service a: 80 is no node port'],
  ],
});
