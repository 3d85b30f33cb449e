import { container, deployment } from '../support/manifests';
import { describeRule, eachContainer, type Manifest, world } from '../support/rules';

const rule = eachContainer(({ resources: { requests = {}, limits = {} } = {} as Manifest }) => [
  ...(requests.cpu === undefined ? ['requests no CPU'] : []),
  ...(requests.memory === undefined ? ['requests no memory'] : []),
  ...(limits.memory === undefined ? ['has no memory limit'] : []),
]);

const having = (resources: Manifest | undefined) => world([deployment({ containers: [container({ resources })] })]);

describeRule('every container says what it needs, and how much memory it may take', rule, {
  good: [having({ requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } })],
  bad: [
    [
      having(undefined),
      'Deployment api: main: requests no CPU',
      'Deployment api: main: requests no memory',
      'Deployment api: main: has no memory limit',
    ],
    [
      having({ requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1' } }),
      'Deployment api: main: has no memory limit',
    ],
    [
      world([deployment({ initContainers: [{ name: 'wait', resources: { limits: { memory: '1Gi' } } }] })]),
      'Deployment api: wait: requests no CPU',
      'Deployment api: wait: requests no memory',
    ],
  ],
});
