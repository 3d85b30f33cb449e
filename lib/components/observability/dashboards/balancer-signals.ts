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
        description: 'Pods that the load balancer sends requests to; the fewest, where its replicas disagree.',
        thresholds: WANTED,
      }),
      stat('Requests', 'reqps', `sum(${rate(selector(haproxy.frontendRequests, clients))})`),
      stat('Errors', 'percentunit', failed, {
        description: 'Share of the answers to clients that are 5xx.',
        thresholds: ERRORS,
        max: 1,
      }),
    ],
    traffic: [
      timeSeries(
        'Answers by status',
        'reqps',
        by('sum', ['code'], rate(selector(haproxy.frontendResponses, clients))),
        {
          description: 'To clients, those of the load balancer itself included.',
          stacked: true,
        },
      ),
      timeSeries('Share of the answers that are 5xx', 'percentunit', { '5xx': failed }, { thresholds: ERRORS }),
      timeSeries('Errors between the load balancer and the servers', 'cps', {
        'connections that failed': `sum(${rate(selector(haproxy.backendConnectionErrors, servers))})`,
        'answers that broke off': `sum(${rate(selector(haproxy.backendResponseErrors, servers))})`,
        'tried again': `sum(${rate(selector(haproxy.backendRetries, servers))})`,
      }),
    ],
    latency: [
      timeSeries(
        'Time of a request',
        's',
        {
          'first to last byte': `max(${selector(haproxy.backendTotalTime, servers)})`,
          'until a server answers': `max(${selector(haproxy.backendResponseTime, servers)})`,
          'in the queue': `max(${selector(haproxy.backendQueueTime, servers)})`,
        },
        {
          description: 'At the load balancer: means of the last 1024 requests, however long ago; the slowest replica.',
          width: 12,
        },
      ),
    ],
    saturation: [
      timeSeries('Requests at the load balancer', 'none', {
        'that wait for a server': `sum(${selector(haproxy.backendQueue, servers)})`,
        'that a server has': `sum(${selector(haproxy.backendSessions, servers)})`,
      }),
      timeSeries('Sessions of clients', 'percentunit', { 'share of the limit': sessions }, { thresholds: FULL }),
      timeSeries('Servers by state', 'none', by('max', ['state'], selector(haproxy.servers, states)), {
        description: 'As the load balancer sees them.',
        stacked: true,
      }),
    ],
  };
}
