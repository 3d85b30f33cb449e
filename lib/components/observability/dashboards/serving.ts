import type { MetricsConnection } from '../../../kube/network/connections';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { dashboard, type GrafanaDashboard } from '../dashboard';
import { selector } from '../metric';
import { targetMetrics } from '../metrics/process';
import { targetMatchers } from '../target';
import { alerts } from './alerts';
import { balancerSignals } from './balancer-signals';
import { podPanels, serverSignals } from './server-signals';
import type { Signals } from './signals';

export interface ServingDashboardProps {
  /** @default 'serving' */
  readonly uid?: string;
  /** @default 'Serving' */
  readonly title?: string;
  /** The inference servers of the pipeline. */
  readonly servers: MetricsConnection;
  /** The HAProxy before them. @default - what clients see is not shown */
  readonly balancer?: MetricsConnection;
  /** Name of its frontend for clients. @default 'http' */
  readonly frontend?: string;
  /** Name of its backend. @default 'servers' */
  readonly backend?: string;
}

/**
 * The four golden signals of the forecasts: how many, how many fail, how long they take, how full the servers are; as
 * clients see them at the load balancer, and as each pod does.
 */
export function servingDashboard(props: ServingDashboardProps): GrafanaDashboard {
  const words = 'uid? title? servers:Metrics balancer?:Metrics frontend? backend?';
  requireKnownProps('servingDashboard', props, words);
  const { uid = 'serving', title = 'Serving', servers, balancer, frontend = 'http', backend = 'servers' } = props;
  const parts = [
    ...(balancer === undefined ? [] : [balancerSignals(balancer, frontend, backend)]),
    serverSignals(servers),
  ];
  const all = (signal: keyof Signals) => parts.flatMap((part) => part[signal]);
  const matchers = targetMatchers(servers);
  return dashboard({
    uid,
    title,
    description: 'Forecasts: rate, errors, latency and saturation, at the load balancer and in each pod.',
    tags: ['golden signals'],
    variables: [{ name: 'instance', label: 'Pod', series: selector(targetMetrics.up, matchers) }],
    rows: [
      { title: 'Now', panels: all('now') },
      { title: 'Requests and errors', panels: all('traffic') },
      { title: 'Latency', panels: all('latency') },
      { title: 'Saturation', panels: all('saturation') },
      { title: 'Each pod', panels: podPanels(servers) },
      { title: 'Alerts', panels: [alerts(matchers.namespace)] },
    ],
  });
}
