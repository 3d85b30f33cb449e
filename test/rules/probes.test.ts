import { container, deployment } from '../support/manifests';
import { describeRule, eachContainer, type Manifest, world } from '../support/rules';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

const seconds = ({ periodSeconds = 10, failureThreshold = 3 }: Manifest) => periodSeconds * failureThreshold;

const rule = eachContainer((entry) => {
  const ports: Manifest[] = entry.ports ?? [];
  const { readinessProbe: readiness, livenessProbe: liveness } = entry;
  return [
    ...PROBES.flatMap((probe) => {
      const port = (entry[probe]?.httpGet ?? entry[probe]?.tcpSocket ?? entry[probe]?.grpc)?.port;
      const known =
        port === undefined || ports.some(({ name, containerPort }) => port === name || port === containerPort);
      return known ? [] : [`${probe} asks port ${port}, which it does not have`];
    }),
    ...(readiness && liveness && seconds(liveness) <= seconds(readiness)
      ? ['it is restarted before it is taken out of its Services']
      : []),
  ];
});

const probing = (probes: Manifest) => world([deployment({ containers: [container(probes)] })]);
const http = (port: string | number, timing: Manifest = {}) => ({ httpGet: { path: '/', port }, ...timing });

describeRule('probes ask ports that exist, and liveness is more patient than readiness', rule, {
  good: [
    probing({}),
    probing({ startupProbe: http('http'), livenessProbe: { exec: { command: ['true'] } } }),
    probing({ readinessProbe: http(8080), livenessProbe: http('http', { failureThreshold: 6 }) }),
  ],
  bad: [
    [
      probing({ startupProbe: http('htttp') }),
      'Deployment api: main: startupProbe asks port htttp, which it does not have',
    ],
    [
      probing({ livenessProbe: { tcpSocket: { port: 80 } } }),
      'Deployment api: main: livenessProbe asks port 80, which it does not have',
    ],
    [
      probing({ readinessProbe: http('http'), livenessProbe: http('http') }),
      'Deployment api: main: it is restarted before it is taken out of its Services',
    ],
  ],
});
