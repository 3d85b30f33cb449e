import { Size } from 'cdk8s';

/** The servers that requests are sent to, as HAProxy finds them. */
export interface HaproxyServers {
  /** DNS name that stands for every server; fully qualified, because resolvers read no search list. */
  readonly host: string;
  readonly port: number;
  /** How many addresses of {@link host} are used. */
  readonly slots: number;
  /** Path that answers 200 where a server can serve requests. */
  readonly readyPath: string;
}

export interface HaproxyConfigProps {
  readonly servers: HaproxyServers;
  /** Seconds that a server has for its answer. */
  readonly requestTimeout: number;
  /** Paths that are passed on to the servers; undefined for all. */
  readonly paths: readonly string[] | undefined;
  /** Connections of clients that are open at once. */
  readonly maxConnections: number;
  readonly threads: number;
  /** Whether there is a page of statistics, behind the password in {@link STATS_PASSWORD}. */
  readonly stats: boolean;
}

/** Ports that HAProxy listens on: it needs no capability for those above 1023. */
export const PORTS = { http: 8080, stats: 8404, metrics: 8405 } as const;

/** Paths on the port `metrics`. */
export const PATHS = { live: '/live', ready: '/ready', metrics: '/metrics' } as const;

/** Variable of the password of the user `admin` of the page of statistics. */
export const STATS_PASSWORD = 'STATS_PASSWORD';

/** Connections beside those of clients: of probes, Prometheus and the page of statistics. */
const OWN_CONNECTIONS = 64;

/** Largest answer of a name server, in bytes, that HAProxy can ask for. */
const DNS_PAYLOAD = 8192;

/** Most slots that one answer has room for: its header and the option with its size, the question, and IPv6 addresses. */
export function maxSlots(host: string): number {
  const fixed = 12 + 11;
  const question = host.length + 2 + 4;
  return Math.floor((DNS_PAYLOAD - fixed - question) / 28);
}

/**
 * Memory that is enough: measured with HAProxy 3.2, the process takes 20 MiB, and a connection whose client or server is
 * slow takes two buffers of 16 KiB and their bookkeeping.
 */
export function memoryFor(maxConnections: number): Size {
  return Size.mebibytes(32 + Math.ceil(((maxConnections + OWN_CONNECTIONS) * 36) / 1024));
}

/** Seconds until a stopping HAProxy closes what is still open: longer than any request. */
export function hardStopAfter(requestTimeout: number): number {
  return serverTimeout(requestTimeout) + 5;
}

/** Longer than that of the server, whose own timeout has the better error message. */
function serverTimeout(requestTimeout: number): number {
  return requestTimeout + 5;
}

/** The configuration of an HAProxy 3.2 before servers that come and go. */
export function haproxyConfig(props: HaproxyConfigProps): string {
  const { servers, requestTimeout, paths, maxConnections, threads, stats } = props;
  const timeout = serverTimeout(requestTimeout);
  return `global
  log stdout format raw local0 info
  # Without it HAProxy reserves memory for as many connections as the limit on open files, in containers often a billion.
  maxconn ${maxConnections + OWN_CONNECTIONS}
  # Without it HAProxy starts a thread for each core of the node, whatever the CPU limit of the container.
  nbthread ${threads}
  hard-stop-after ${hardStopAfter(requestTimeout)}s
${stats ? PASSWORD : ''}
defaults
  mode http
  log global
  option httplog
  # Successful requests are not logged: the metrics count them.
  option dontlog-normal
  option forwardfor
  # A new connection for each request: a server may close an idle one just as a request is sent.
  option http-server-close
  # If a connection fails, another server is tried. A request that was sent is never sent again.
  option redispatch 1
  retries 3
  # A deleted pod does not refuse connections: it does not answer at all.
  timeout connect 2s
  timeout http-request 10s
  # Longer than the idle timeout of proxies in front of this one, usually 60 s: the client should close first.
  timeout http-keep-alive 75s
  timeout client ${timeout}s
  timeout server ${timeout}s

frontend http
  bind *:${PORTS.http},:::${PORTS.http} v6only
  # Below the global limit, so that health checks and Prometheus can always connect.
  maxconn ${maxConnections}
${paths === undefined ? '' : `  http-request return status 404 unless { path ${paths.join(' ')} }\n`}  default_backend servers

backend servers
  balance leastconn
  option httpchk
  option log-health-checks
  http-check send meth GET uri ${servers.readyPath} ver HTTP/1.1 hdr Host ${servers.host}
  http-check expect status 200
  # A busy server answers slowly: only after about 30 s of failed checks it gets no more requests.
  timeout check 5s
  default-server check inter 2s fastinter 1s downinter 1s fall 5 rise 2
  # A server gets no requests before its checks pass. HAProxy starts even if the name does not resolve yet.
  default-server init-state fully-down init-addr none resolvers cluster resolve-prefer ipv4
  server-template pod 1-${servers.slots} ${servers.host}:${servers.port}

resolvers cluster
  parse-resolv-conf
  # The default of 512 bytes does not hold the addresses of 30 pods.
  accepted_payload_size ${DNS_PAYLOAD}
  # Addresses are kept while DNS is down: the checks find out which of them work.
  hold timeout 10m
  hold refused 10m
  hold nx 10m
  hold other 10m

frontend metrics
  bind *:${PORTS.metrics},:::${PORTS.metrics} v6only
  # HAProxy is ready while it has a server to send requests to.
  monitor-uri ${PATHS.ready}
  monitor fail if { nbsrv(servers) eq 0 }
  http-request return status 200 if { path ${PATHS.live} }
  http-request return status 404 unless { path ${PATHS.metrics} }
  # Without metrics of slots that have no address.
  http-request set-query no-maint
  http-request use-service prometheus-exporter
${stats ? STATS : ''}`;
}

const PASSWORD = `  # HAProxy does not start if the variable is missing or empty: with an empty password anybody could log in.
  setenv ${STATS_PASSWORD} "\${${STATS_PASSWORD}}"
`;

const STATS = `
frontend stats
  bind *:${PORTS.stats},:::${PORTS.stats} v6only
  maxconn 16
  stats enable
  stats uri /
  stats hide-version
  stats refresh 10s
  stats auth "admin:\${${STATS_PASSWORD}}"
`;
