import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection, MetricsConnection, ServersConnection } from '../../kube/network/connections';
import type { Exposure } from '../../kube/network/exposure';
import { connect } from '../../kube/network/network';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { namespaceOf } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import { requireDnsSubdomain, requireServiceName } from '../../kube/objects/names';
import { requireWhole, wholeSeconds } from '../../kube/objects/numbers';
import type { ContainerProps } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import { httpProbe } from '../../kube/pods/probes';
import { rolloutRoom } from '../../kube/pods/rollout';
import { Volume } from '../../kube/pods/volumes';
import {
  computeResources,
  cpuMillis,
  type Resources,
  resourceAmounts,
  sizeBytes,
  sizeString,
} from '../../kube/resources/quantities';
import type { SecretKey } from '../../kube/secrets/secrets';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import { Deployment } from '../../workloads/deployment';
import { MetricsService } from '../../workloads/metrics-service';
import { PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';
import { haproxyConfig, hardStopAfter, maxSlots, memoryFor, PATHS, PORTS, STATS_PASSWORD } from './haproxy-config';

export interface HaproxyProps {
  /** Name of the Deployment and of the Service; the others are `name-config`, `name-servers`, `name-metrics` and `name-pdb`. */
  readonly name: string;
  /** Image with HAProxy 3.2 or later, and `sleep`. @default images.haproxy */
  readonly image?: string;
  /** The pods that requests are sent to, of the same chart. */
  readonly servers: ServersConnection;
  /** How long a server may take for its answer: whole seconds. @default Duration.seconds(60) */
  readonly requestTimeout?: Duration;
  /** Paths that are passed on, each to the letter; to all others the answer is 404. @default - all */
  readonly paths?: readonly [string, ...string[]];
  /** Connections of clients that each replica has open at once, for each of which there must be memory; more have to wait. @default 2048 */
  readonly maxConnections?: number;
  /** Domain that the names of Services end with. @default 'cluster.local' */
  readonly clusterDomain?: string;
  /** Password of the user `admin` of a page of statistics on port 8404, which no Service leads to. @default - no such page */
  readonly statsPassword?: SecretKey;
  /** @default 2 */
  readonly replicas?: number;
  /** It runs a thread for each core of the limit. @default - 100m and 128Mi, at most 500m and 256Mi */
  readonly resources?: Resources;
  /** How it is reached from outside of the cluster. @default - not at all */
  readonly exposure?: Exposure;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** `haproxy` of the image. */
const USER = 99;
const CONFIG = '/etc/haproxy';
const PORT = 80;
/** Seconds until clients stop using a pod that terminates: SIGUSR1, which stops the image, closes the port at once. */
const PRE_STOP = 10;

/**
 * An HAProxy in front of the pods of an HTTP server: each request goes to the ready pod with the fewest connections. It
 * finds the pods by DNS and checks the health of each itself, so that it does not wait for the endpoints of the cluster,
 * and works while DNS is down.
 */
export class Haproxy extends Construct {
  readonly deployment: Deployment;
  /** `name`, port 80. */
  readonly service: Service;
  readonly config: ConfigMap;
  /** With two replicas and more. */
  readonly disruptionBudget?: PodDisruptionBudget;
  /** How clients in the cluster reach it. */
  readonly connection: HttpConnection;
  /** Where each replica serves its metrics. */
  readonly metrics: MetricsConnection;

  constructor(scope: Construct, id: string, props: HaproxyProps) {
    super(...placed(scope, id));
    const words =
      'name image? servers:Servers requestTimeout?:Duration paths?:string[] maxConnections?:number clusterDomain? statsPassword?:SecretKey replicas?:number resources?:object exposure?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name, servers, replicas = 2, exposure, nodePool } = props;
    const { requestTimeout = Duration.seconds(60), resources = RESOURCES } = props;
    requireServiceName(this, 'name', name);
    requireWhole(this, 'replicas', replicas, 1);
    const seconds = wholeSeconds(this, 'requestTimeout', requestTimeout, 1);
    const identity: Identity = { name: 'haproxy', instance: name, component: 'load-balancer' };
    // Only ready pods, unlike in the Service of the metrics.
    const { host } = new Service(this, 'servers', {
      name: `${name}-servers`,
      identity: servers.identity,
      headless: true,
      ports: [{ name: servers.portName, port: servers.port }],
    });
    this.config = new ConfigMap(this, 'config', {
      name: `${name}-config`,
      data: { 'haproxy.cfg': this.configuration(host, seconds, resources, props) },
    });
    this.deployment = new Deployment(this, 'Default', {
      identity,
      replicas,
      strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) },
      pod: {
        containers: [this.container(resources, props)],
        securityContext: { user: USER },
        nodePool,
        terminationGracePeriod: Duration.seconds(PRE_STOP + hardStopAfter(seconds) + 5),
      },
    });
    connect(this.deployment.pods, { host, port: servers.port });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'http', port: PORT }], exposure });
    if (replicas >= 2) {
      const budget = { maxUnavailable: PodCount.absolute(1) };
      this.disruptionBudget = new PodDisruptionBudget(this, 'pdb', {
        name: `${name}-pdb`,
        target: this.deployment,
        budget,
      });
    }
    this.metrics = new MetricsService(this, 'metrics', { name, identity, port: PORTS.metrics }).connection;
    this.connection = this.service.http;
  }

  private configuration(host: string, requestTimeout: number, resources: Resources, props: HaproxyProps): string {
    const { servers, paths, maxConnections = 2048, clusterDomain = 'cluster.local', statsPassword } = props;
    const { port, readyPath } = servers;
    requireDnsSubdomain(this, 'clusterDomain', clusterDomain);
    const namespace = namespaceOf(this);
    requireProp(namespace !== undefined, this, 'namespace', 'be that of its chart: names need one here', namespace);
    this.requirePath('servers.readyPath', readyPath);
    for (const path of paths ?? []) this.requirePath('paths', path);
    requireWhole(this, 'maxConnections', maxConnections, 1);
    resourceAmounts(this, 'resources', resources);
    const memory = memoryFor(maxConnections);
    requireProp(
      sizeBytes(resources.limits.memory) >= sizeBytes(memory),
      this,
      'resources.limits.memory',
      `be at least ${sizeString(memory)}, for ${maxConnections} connections`,
      sizeString(resources.limits.memory),
    );
    const fullHost = `${host}.${clusterDomain}`;
    const slots = serverSlots(servers);
    const allowed = `be at most ${maxSlots(fullHost)} pods with their surge: one DNS answer has no room for more`;
    requireProp(slots <= maxSlots(fullHost), this, 'servers.replicas', allowed, slots);
    return haproxyConfig({
      servers: { host: fullHost, port, slots, readyPath },
      requestTimeout,
      paths,
      maxConnections,
      threads: Math.ceil(cpuMillis(resources.limits.cpu ?? resources.requests.cpu) / 1000),
      stats: statsPassword !== undefined,
    });
  }

  /** Checks a path that needs no quotation marks. */
  private requirePath(prop: string, path: string): void {
    const plain = /^\/[-\w.~/?=&%]*$/.test(path);
    requireProp(plain, this, prop, "start with '/' and have letters, digits and '-._~/?=&%' only", path);
  }

  private container(resources: Resources, { image = images.haproxy, statsPassword }: HaproxyProps): ContainerProps {
    const { metrics, http, stats } = PORTS;
    return {
      name: 'haproxy',
      image,
      // Without the master process of the image: a new configuration is not reloaded, but rolls the pods.
      command: ['haproxy', '-db', '-f', `${CONFIG}/haproxy.cfg`],
      ports: { http, metrics, ...(statsPassword && { stats }) },
      env: statsPassword && { [STATS_PASSWORD]: statsPassword },
      resources,
      probes: {
        startup: httpProbe(PATHS.live, 'metrics', { period: Duration.seconds(2), failureThreshold: 60 }),
        readiness: httpProbe(PATHS.ready, 'metrics', { period: Duration.seconds(2), timeout: Duration.seconds(2) }),
        liveness: httpProbe(PATHS.live, 'metrics', { period: Duration.seconds(10), timeout: Duration.seconds(5) }),
      },
      mounts: [{ volume: Volume.configMap('config', this.config), path: CONFIG, readOnly: true }],
      preStop: Duration.seconds(PRE_STOP),
    };
  }
}

const RESOURCES = computeResources({ millicores: [100, 500], mebibytes: [128, 256] });

/** How many servers there are at most: all replicas, and what a rollout adds to them. */
export function serverSlots({ replicas, strategy }: Pick<ServersConnection, 'replicas' | 'strategy'>): number {
  return replicas.maxReplicas + rolloutRoom(strategy, replicas.maxReplicas).surge;
}
