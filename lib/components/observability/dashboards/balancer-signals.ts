import type { MetricsConnection } from '../../../kube/network/connections';
import { selector } from '../metric';
import { haproxyMetrics as haproxy } from '../metrics/haproxy';
import { by, rate, stat, timeSeries, WANTED } from '../panels';
import { targetMatchers } from '../target';
import { ERRORS, FULL, type Signals } from './signals';

/** What clients see of a service behind an HAProxy, and which servers HAProxy sees. */
export function balancerSignals(target: MetricsConnection, frontend: string, backend: string): Signals {
  const clients = { ...targetMatchers(target), proxy: frontend };
  const servers = { ...targetMatchers(target), proxy: backend };
  const answers = (code?: string) => `sum(${rate(selector(haproxy.frontendResponses, { ...clients, code }))})`;
  const failed = `${answers('5xx')} / ${answers()}`;
  const sessions = `max(${selector(haproxy.frontendSessions, clients)} / ${selector(haproxy.frontendSessionLimit, clients)})`;
  const states = { ...servers, state: /UP|DOWN|DRAIN|NOLB/ };
  return {
    now: [
      stat('Servers in rotation', 'none', `min(${selector(haproxy.activeServers, servers)})`, {
        description:
          'Pods that the load balancer sends requests to: the lowest number that any of its replicas reports.',
        thresholds: WANTED,
      }),
      stat('Requests', 'reqps', `sum(${rate(selector(haproxy.frontendRequests, clients))})`),
      stat('Errors', 'percentunit', failed, {
        description: 'Share of 5xx in the responses to clients.',
        thresholds: ERRORS,
        max: 1,
      }),
    ],
    traffic: [
      timeSeries(
        'Responses by status',
        'reqps',
        by('sum', ['code'], rate(selector(haproxy.frontendResponses, clients))),
        {
          description: 'Responses to clients, including those of the load balancer itself.',
          stacked: true,
        },
      ),
      timeSeries('Share of 5xx responses', 'percentunit', { '5xx': failed }, { thresholds: ERRORS }),
      timeSeries('Errors between the load balancer and the servers', 'cps', {
        'failed connections': `sum(${rate(selector(haproxy.backendConnectionErrors, servers))})`,
        'aborted responses': `sum(${rate(selector(haproxy.backendResponseErrors, servers))})`,
        retries: `sum(${rate(selector(haproxy.backendRetries, servers))})`,
      }),
    ],
    latency: [
      timeSeries(
        'Duration of a request',
        's',
        {
          'first to last byte': `max(${selector(haproxy.backendTotalTime, servers)})`,
          'until a server responds': `max(${selector(haproxy.backendResponseTime, servers)})`,
          'in the queue': `max(${selector(haproxy.backendQueueTime, servers)})`,
        },
        {
          description:
            'Averages of the last 1024 requests of the slowest replica of the load balancer, however old they are.',
          width: 12,
        },
      ),
    ],
    saturation: [
      timeSeries('Requests at the load balancer', 'none', {
        'waiting for a server': `sum(${selector(haproxy.backendQueue, servers)})`,
        'being served': `sum(${selector(haproxy.backendSessions, servers)})`,
      }),
      timeSeries('Sessions of clients', 'percentunit', { 'share of the limit': sessions }, { thresholds: FULL }),
      timeSeries('Servers by state', 'none', by('max', ['state'], selector(haproxy.servers, states)), {
        description: 'As the load balancer sees them.',
        stacked: true,
      }),
    ],
  };
}
