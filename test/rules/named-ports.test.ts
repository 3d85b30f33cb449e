import { container, deployment, service } from '../support/manifests';
import { containersOf, describeRule, eachObject, type Manifest, podOf, world } from '../support/rules';

const rule = eachObject((manifest) => {
  const pod = podOf(manifest);
  const ports: Manifest[] =
    pod === undefined ? (manifest.spec?.ports ?? []) : containersOf(pod).flatMap((entry) => entry.ports ?? []);
  const names = ports.map(({ name }) => name);
  return ports.flatMap(({ name, port, containerPort }, index) => [
    ...(name === undefined ? [`its port ${port ?? containerPort} has no name`] : []),
    ...(name !== undefined && names.indexOf(name) !== index ? [`its port name ${name} is given twice`] : []),
  ]);
});

describeRule('every port has a name, and no other of the pod has the same', rule, {
  good: [world([deployment(), service()])],
  bad: [
    [world([service({ ports: [{ port: 80 }] })]), 'Service api: its port 80 has no name'],
    [
      world([deployment({ containers: [container({ ports: [{ containerPort: 8080 }] })] })]),
      'Deployment api: its port 8080 has no name',
    ],
    [
      world([deployment({ containers: [container(), container({ name: 'sidecar' })] })]),
      'Deployment api: its port name http is given twice',
    ],
  ],
});
