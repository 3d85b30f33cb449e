import { test } from 'vitest';
import { describeRules } from './rule-checks';
import { balancer } from './rule-samples';

const lb = (name: string, labels = '') =>
  `${name}{job="inference-lb",namespace="flts",instance="10.0.0.9:8405"${labels}}`;
const balanced = {
  [lb('haproxy_frontend_http_responses_total', ',proxy="http",code="2xx"')]: '0+600x60',
  [lb('haproxy_frontend_http_responses_total', ',proxy="http",code="5xx"')]: '0+6x60',
  [lb('haproxy_frontend_http_responses_total', ',proxy="stats",code="5xx"')]: '0+600x60',
  [lb('haproxy_frontend_current_sessions', ',proxy="http"')]: '100x60',
  [lb('haproxy_frontend_limit_sessions', ',proxy="http"')]: '2048x60',
  [lb('haproxy_backend_total_time_average_seconds', ',proxy="servers"')]: '0.2x60',
  [lb('haproxy_backend_http_requests_total', ',proxy="servers"')]: '0+600x60',
  [lb('haproxy_backend_active_servers', ',proxy="servers"')]: '2x60',
};
const balancerLabels = { job: 'inference-lb', namespace: 'flts' };

describeRules('the rules of a load balancer', ({ expectAlerts }) => {
  test('say nothing while all is well', () => {
    expectAlerts(balancer, balanced, 60);
    expectAlerts(balancer, {}, 60);
  });

  test.each([
    [
      'BalancerFailing',
      'haproxy_frontend_http_responses_total',
      ',proxy="http",code="5xx"',
      '0+100x60',
      '14.29% of the responses of inference-lb are 5xx.',
    ],
    [
      'BalancerSaturated',
      'haproxy_frontend_current_sessions',
      ',proxy="http"',
      '2048x60',
      'inference-lb uses 100% of its limit of sessions.',
    ],
    [
      'BalancerLatencyHigh',
      'haproxy_backend_total_time_average_seconds',
      ',proxy="servers"',
      '2x60',
      'Requests to inference-lb take 2s on average. The limit is 1s.',
    ],
    [
      'BalancerWithoutServers',
      'haproxy_backend_active_servers',
      ',proxy="servers"',
      '0x60',
      'inference-lb has no server to send requests to.',
    ],
  ])('%s', (alert, metric, labels, values, summary) => {
    const series = { ...balanced, [lb(metric, labels)]: values };
    expectAlerts(balancer, series, 30, { [alert]: [{ labels: balancerLabels, summary }] });
  });

  test('latency is not that of requests of long ago', () => {
    const ended = {
      ...balanced,
      [lb('haproxy_backend_total_time_average_seconds', ',proxy="servers"')]: '2x60',
      [lb('haproxy_backend_http_requests_total', ',proxy="servers"')]: '600x60',
    };
    expectAlerts(balancer, ended, 60);
  });
});
