import { Duration, Size } from 'cdk8s';
import { describe, expect, it, test } from 'vitest';
import { setKubernetesVersion } from '../../../lib/kube/objects/kubernetes-version';
import type { ContainerProps } from '../../../lib/kube/pods/containers';
import type { PreStop } from '../../../lib/kube/pods/pre-stop';
import { Volume } from '../../../lib/kube/pods/volumes';
import { Deployment, type DeploymentProps } from '../../../lib/workloads/deployment';
import { StatefulSet } from '../../../lib/workloads/stateful-set';
import { container, identity, pod } from '../../support/samples';
import { type Manifest, objectOf, testChart } from '../../support/synth';

interface Options extends Pick<DeploymentProps, 'strategy'> {
  readonly preStop?: PreStop;
  readonly ports?: ContainerProps['ports'];
  readonly grace?: Duration;
  readonly kubernetes?: string;
}

const WEB = { http: 8080 };
const SECONDS_5 = { exec: { command: ['sleep', '5'] } };

function preStopOf({ preStop, ports = WEB, grace, kubernetes, strategy }: Options = {}): Manifest | undefined {
  const chart = testChart();
  if (kubernetes !== undefined) setKubernetesVersion(chart, kubernetes);
  const containers = [{ ...container, ports, preStop }] as const;
  const server = new Deployment(chart, 'server', {
    identity,
    strategy,
    pod: { ...pod, containers, terminationGracePeriod: grace },
  });
  return objectOf(server, 'Deployment').spec.template.spec.containers[0].lifecycle?.preStop;
}

function brokers(replicas: number): Manifest | undefined {
  const containers = [{ ...container, ports: WEB, mounts: [{ volume: Volume.claimTemplate('data'), path: '/data' }] }];
  const set = new StatefulSet(testChart(), 'brokers', {
    identity,
    serviceName: 'api-headless',
    replicas,
    claims: [{ name: 'data', size: Size.gibibytes(1) }],
    pod: { ...pod, containers: [containers[0] as ContainerProps] },
  });
  return objectOf(set, 'StatefulSet').spec.template.spec.containers[0].lifecycle?.preStop;
}

describe('a server', () => {
  it('waits until its clients know that it stops, where its workload replaces it at once', () => {
    expect(preStopOf()).toEqual(SECONDS_5);
    // An evicted pod of such a Deployment is replaced before it has stopped.
    expect(preStopOf({ strategy: 'Recreate' })).toEqual(SECONDS_5);
    expect(brokers(3)).toEqual(SECONDS_5);
  });

  it('does not wait where its clients would have to wait for it: a StatefulSet starts the next pod when it is gone', () => {
    expect(brokers(1)).toBeUndefined();
  });

  it('waits for as long as it is told to, or not at all, or does something else', () => {
    expect(preStopOf({ preStop: Duration.seconds(20) })).toEqual({ exec: { command: ['sleep', '20'] } });
    expect(preStopOf({ preStop: Duration.seconds(0) })).toBeUndefined();
    expect(preStopOf({ preStop: ['nginx', '-s', 'quit'] })).toEqual({ exec: { command: ['nginx', '-s', 'quit'] } });
  });

  test.each(['1.30', '1.34'])('needs no `sleep` in its image on Kubernetes %s', (kubernetes) => {
    expect(preStopOf({ kubernetes })).toEqual({ sleep: { seconds: 5 } });
    expect(preStopOf({ kubernetes, preStop: ['sleep', '7'] })).toEqual({ sleep: { seconds: 7 } });
    const command = ['sleep', '1', '2'];
    expect(preStopOf({ kubernetes, preStop: command })).toEqual({ exec: { command } });
  });

  it('does not use what Kubernetes 1.29 has behind a feature gate', () => {
    expect(preStopOf({ kubernetes: '1.29' })).toEqual(SECONDS_5);
  });

  it('stops at once where it has no ports: nobody connects to it', () => {
    expect(preStopOf({ ports: {} })).toBeUndefined();
  });

  it('fails where nothing is left of the time that it may take to stop', () => {
    const message = "'terminationGracePeriod' must be more than the 30 seconds that its containers pause";
    expect(() => preStopOf({ preStop: Duration.seconds(30) })).toThrow(`${message} before they stop (preStop), got 30`);
    expect(() => preStopOf({ preStop: Duration.millis(500) })).toThrow("preStop' must be a whole number of seconds");
    expect(() => preStopOf({ grace: Duration.seconds(5) })).toThrow('must be more than the 5 seconds that');
    expect(preStopOf({ grace: Duration.seconds(6) })).toEqual(SECONDS_5);
    expect(preStopOf({ grace: Duration.seconds(1), preStop: Duration.seconds(0) })).toBeUndefined();
  });
});
