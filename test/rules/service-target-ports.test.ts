import { deployment, object, service } from '../support/manifests';
import { containersOf, describeRule, eachObject, type Manifest, selectedPods, world } from '../support/rules';

const rule = eachObject((manifest, all) => {
  if (manifest.kind !== 'Service' || manifest.spec.selector === undefined) return [];
  const pods = selectedPods(all, manifest, manifest.spec.selector);
  return manifest.spec.ports.flatMap(({ port, targetPort }: Manifest) => {
    if (typeof targetPort !== 'string') return [`its port ${port} leads to a number, not to a name`];
    const lost = pods.filter((pod) => !containersOf(pod).some(({ ports = [] }) => names(ports).includes(targetPort)));
    return lost.map(() => `its port ${port} leads to ${targetPort}, which its pods do not have`);
  });
});

function names(ports: Manifest[]): string[] {
  return ports.map(({ name }) => name);
}

describeRule('every port of a Service leads to a named port of its pods', rule, {
  good: [world([deployment(), service(), object('Service', 'external', { spec: { type: 'ExternalName' } })])],
  bad: [
    [
      world([deployment(), service({ ports: [{ port: 80, targetPort: 'htttp' }] })]),
      'Service api: its port 80 leads to htttp, which its pods do not have',
    ],
    [
      world([deployment(), service({ ports: [{ port: 80, targetPort: 8080 }] })]),
      'Service api: its port 80 leads to a number, not to a name',
    ],
    [
      world([deployment(), service({ ports: [{ port: 80 }] })]),
      'Service api: its port 80 leads to a number, not to a name',
    ],
  ],
});
