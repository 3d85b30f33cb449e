import { Cron } from 'cdk8s';
import * as kit from '../../../lib';
import { backed, type Call, construct } from './call';
import * as values from './values';

/** Workloads, and what stands around their pods, by their names in the first door. */
export const workloads: Readonly<Record<string, Call>> = {
  ConfigMap: construct((t) => ({
    name: t.text('config'),
    labels: t.maybe(values.labels(t)),
    data: { [t.text('a.txt')]: t.text('some text'), 'b.txt': t.text('other') },
  })),
  Deployment: construct((t) => ({
    identity: values.identity(t),
    pod: values.pod(t),
    replicas: t.maybe(t.number(2)),
    strategy: t.maybe(values.strategy(t)),
    progressDeadline: t.maybe(values.seconds(t, 600)),
  })),
  HorizontalPodAutoscaler: construct((t, chart) => ({
    name: t.text('api'),
    target: new kit.Deployment(chart, 'target', {
      identity: values.identity(t),
      pod: values.pod(t),
      replicas: { minReplicas: t.number(1), maxReplicas: t.number(5) },
    }),
    metrics: t.list(
      { type: t.one('cpu', 'memory'), averageUtilization: t.number(60) },
      { type: 'pods', name: t.text('queue'), averageValue: t.number(10) },
    ),
    behavior: t.maybe({
      scaleUp: t.maybe({
        stabilizationWindow: t.maybe(values.seconds(t)),
        policies: t.maybe(t.list({ type: t.one('Pods', 'Percent'), value: t.number(1), period: values.seconds(t) })),
      }),
      scaleDown: t.maybe({ stabilizationWindow: t.maybe(values.seconds(t)) }),
    }),
  })),
  CronJob: construct((t) => ({
    identity: values.identity(t),
    pod: values.pod(t),
    backoffLimit: t.maybe(t.number(3)),
    activeDeadline: t.maybe(values.seconds(t)),
    schedule: Cron.schedule({ minute: t.text('0'), hour: t.maybe(t.text('3')) }),
    timeZone: t.maybe(t.text('Europe/Madrid')),
    concurrency: t.maybe(t.one('Forbid', 'Replace', 'Allow')),
    startingDeadline: t.maybe(values.seconds(t, 600)),
    history: t.maybe({ failed: t.maybe(t.number(3)), successful: t.maybe(t.number(1)) }),
    suspend: t.maybe(true),
  })),
  Job: construct((t) => ({
    identity: values.identity(t),
    pod: values.pod(t),
    backoffLimit: t.maybe(t.number(3)),
    activeDeadline: t.maybe(values.seconds(t)),
  })),
  MetricsService: construct((t, chart) => ({
    name: t.text('api'),
    identity: backed(chart, t),
    port: t.number(9090),
    portName: t.maybe(t.text('metrics')),
    path: t.maybe(t.text('/metrics')),
  })),
  PodDisruptionBudget: construct((t, chart) => ({
    name: t.text('api'),
    target: new kit.Deployment(chart, 'target', {
      identity: values.identity(t),
      pod: values.pod(t),
      replicas: t.number(3),
    }),
    budget: t.one({ minAvailable: values.podCount(t) }, { maxUnavailable: values.podCount(t) }),
    unhealthyPodEvictionPolicy: t.maybe(t.one('AlwaysAllow', 'IfHealthyBudget')),
  })),
  Service: construct((t, chart) => ({
    name: t.text('api'),
    identity: backed(chart, t),
    ports: t.list({
      name: t.text('http'),
      port: t.number(80),
      targetPort: t.maybe(t.text('http')),
      nodePort: t.maybe(t.number(30_080)),
    }),
    exposure: t.maybe(values.exposure(t)),
    headless: t.maybe(false),
    publishNotReadyAddresses: t.maybe(true),
  })),
  StatefulSet: construct((t) => {
    const name = t.text('data');
    const container = { ...values.container(t), mounts: [{ volume: kit.Volume.claimTemplate(name), path: '/data' }] };
    return {
      identity: values.identity(t),
      serviceName: t.text('api'),
      replicas: t.maybe(t.number(2)),
      podManagementPolicy: t.maybe(t.one('OrderedReady', 'Parallel')),
      pod: { ...values.pod(t), containers: [container] },
      claims: t.list({ name, size: values.size(t), storageClassName: t.maybe(t.text('fast')) }),
    };
  }),
};
