import { Haproxy, type HaproxyProps } from '../../../lib/components/edge/haproxy';
import { Deployment } from '../../../lib/workloads/deployment';
import { identity, webPod } from '../../support/samples';
import { find, type Manifest, synth, type TestChartOptions, testChart } from '../../support/synth';

export const servers: HaproxyProps['servers'] = {
  identity,
  port: 8080,
  portName: 'http',
  readyPath: '/ready',
  replicas: { minReplicas: 4, maxReplicas: 20 },
  strategy: {},
};
export const minimal: HaproxyProps = { name: 'balancer', servers };

export function haproxy(props: Partial<HaproxyProps> = {}, options: TestChartOptions = {}): Haproxy {
  const chart = testChart(options);
  new Deployment(chart, 'server', { identity, pod: webPod });
  return new Haproxy(chart, 'balancer', { ...minimal, ...props });
}

/** What it writes, without the pods that it is before. */
export function render(props?: Partial<HaproxyProps>): Manifest[] {
  return synth(haproxy(props)).filter(({ metadata }) => metadata.name !== identity.instance);
}

export const podOf = (props?: Partial<HaproxyProps>) => find(render(props), 'Deployment').spec.template;
export const containerOf = (props?: Partial<HaproxyProps>) => podOf(props).spec.containers[0];
export const configOf = (props?: Partial<HaproxyProps>): string => find(render(props), 'ConfigMap').data['haproxy.cfg'];
/** The words after the first one that a line of the configuration starts with. */
export const setting = (key: string, props?: Partial<HaproxyProps>) =>
  configOf(props)
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith(`${key} `))
    ?.slice(key.length + 1);
