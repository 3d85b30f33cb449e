import { container, deployment, object, workload } from '../support/manifests';
import { containersOf, describeRule, eachPod, type Manifest, neighbours, world } from '../support/rules';

const rule = eachPod((pod, owner, all) => {
  if (pod.metadata.annotations?.['checksum/config'] !== undefined) return [];
  const written = (kind: string, name: string) =>
    neighbours(all, owner, kind).some(({ metadata }) => metadata.name === name);
  const reads = containersOf(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }: Manifest) => ['Secret', valueFrom?.secretKeyRef?.name]),
    ...env.map(({ valueFrom }: Manifest) => ['ConfigMap', valueFrom?.configMapKeyRef?.name]),
    ...envFrom.map(({ secretRef }: Manifest) => ['Secret', secretRef?.name]),
    ...envFrom.map(({ configMapRef }: Manifest) => ['ConfigMap', configMapRef?.name]),
  ]);
  return reads
    .filter(([kind, name]) => written(kind, name))
    .map(([kind, name]) => `a change of ${kind} ${name} goes unnoticed`);
});

const settings = object('ConfigMap', 'settings');
const pods = [container({ envFrom: [{ configMapRef: { name: 'settings' } }] })];

describeRule('a pod notices a change of what its environment comes from', rule, {
  good: [
    world([deployment({ containers: pods })]),
    world([settings, deployment()]),
    world([
      settings,
      workload(
        'Job',
        'a',
        {},
        { spec: { template: { metadata: { annotations: { 'checksum/config': '1' } }, spec: { containers: pods } } } },
      ),
    ]),
  ],
  bad: [
    [
      world([settings, deployment({ containers: pods })]),
      'Deployment api: a change of ConfigMap settings goes unnoticed',
    ],
  ],
});
