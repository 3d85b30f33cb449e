import { counter, gauge } from '../metric';

const PROXY = ['proxy'] as const;

/** Metrics of the exporter in HAProxy 3.2; `proxy` is the name of a frontend or a backend. */
export const haproxyMetrics = {
  frontendRequests: counter('haproxy_frontend_http_requests_total', 'Requests that came in', PROXY),
  /** `code` is 1xx to 5xx or other, of every answer to a client: HAProxy's own 503 is one, too. */
  frontendResponses: counter('haproxy_frontend_http_responses_total', 'Responses to clients', ['proxy', 'code']),
  frontendSessions: gauge('haproxy_frontend_current_sessions', 'Sessions at this moment', PROXY),
  frontendSessionLimit: gauge('haproxy_frontend_limit_sessions', 'Limit of sessions at once', PROXY),
  backendRequests: counter('haproxy_backend_http_requests_total', 'Requests to a backend', PROXY),
  /** `code` as of the frontend. */
  backendResponses: counter('haproxy_backend_http_responses_total', 'Responses of a backend', ['proxy', 'code']),
  backendSessions: gauge('haproxy_backend_current_sessions', 'Sessions at this moment', PROXY),
  backendQueue: gauge('haproxy_backend_current_queue', 'Requests that wait for a server', PROXY),
  /** Of the last 1024 requests, those that came in while there was nothing to do included. */
  backendQueueTime: gauge('haproxy_backend_queue_time_average_seconds', 'Mean time in the queue, in seconds', PROXY),
  backendResponseTime: gauge(
    'haproxy_backend_response_time_average_seconds',
    'Mean time until a server responded, in seconds, of the last 1024 requests',
    PROXY,
  ),
  backendTotalTime: gauge(
    'haproxy_backend_total_time_average_seconds',
    'Mean time of a request from first to last byte, in seconds, of the last 1024 requests',
    PROXY,
  ),
  backendConnectionErrors: counter(
    'haproxy_backend_connection_errors_total',
    'Connections to servers that failed',
    PROXY,
  ),
  backendResponseErrors: counter(
    'haproxy_backend_response_errors_total',
    'Invalid or aborted responses of servers',
    PROXY,
  ),
  backendRetries: counter('haproxy_backend_retry_warnings_total', 'Retries of connections', PROXY),
  activeServers: gauge('haproxy_backend_active_servers', 'Servers that get requests', PROXY),
  /** `state` is UP, DOWN, MAINT, DRAIN or NOLB; a slot of a server-template without an address is MAINT. */
  servers: gauge('haproxy_backend_agg_server_status', 'Servers by state', ['proxy', 'state']),
  serverRequests: counter('haproxy_server_http_requests_total', 'Requests to a server', ['proxy', 'server']),
  serverStatus: gauge('haproxy_server_status', '1 for the state that a server is in', ['proxy', 'server', 'state']),
  connections: gauge('haproxy_process_current_connections', 'Connections at this moment'),
  connectionLimit: gauge('haproxy_process_max_connections', 'Limit of connections at once'),
  idle: gauge('haproxy_process_idle_time_percent', 'Share of the last second with nothing to do, in percent'),
} as const;
