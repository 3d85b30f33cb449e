import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection } from '../../kube/network/connections';
import type { Exposure } from '../../kube/network/exposure';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { type Identity, selectorLabels } from '../../kube/objects/labels';
import { requireServiceName } from '../../kube/objects/names';
import { requireWhole, wholeSeconds } from '../../kube/objects/numbers';
import type { ContainerProps } from '../../kube/pods/containers';
import type { Env } from '../../kube/pods/env';
import { httpProbe, serverProbes } from '../../kube/pods/probes';
import { envOf, mention, type Use } from '../../kube/pods/uses';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import { Deployment } from '../../workloads/deployment';
import { Service } from '../../workloads/service';

export interface LocustProps {
  /** Name of the Deployment of the master and of the Service; the workers are `name-worker`. @default 'locust' */
  readonly name?: string;
  /** Image whose entrypoint is `locust`. @default images.locust */
  readonly image?: string;
  /** Python that defines the users. It may read `env`, and must not connect to a server before a user starts. */
  readonly locustfile: string;
  /** The server under load: the paths of the locustfile are relative to its URL. */
  readonly target: HttpConnection;
  /** What else the users connect to, of which the locustfile reads the variables. @default - nothing */
  readonly uses?: readonly Use[];
  /** What the locustfile reads. @default - nothing */
  readonly env?: Env;
  /** Pods that send the requests, each with one core at most. @default 2 */
  readonly workers?: number;
  /** A test that starts automatically once all workers are connected. @default - tests are started in the web interface */
  readonly run?: LocustRun;
  /** Of the master, and of each worker. @default - 100m and 128Mi, at most 250m and 256Mi */
  readonly resources?: LocustResources;
  /**
   * How the web interface is reached from outside of the cluster. It is unauthenticated: every client that reaches it can
   * start a test.
   * @default - not at all
   */
  readonly exposure?: Exposure;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

export interface LocustRun {
  /** How many users there are at the same time. */
  readonly users: number;
  /** How many of them start in a second. @default 1 */
  readonly spawnRate?: number;
  /** @default - until it is stopped in the web interface */
  readonly duration?: Duration;
}

export interface LocustResources {
  readonly master: Resources;
  readonly worker: Resources;
}

const USER = 1000;
const WEB_PORT = 8089;
const WEB = { name: 'web', port: WEB_PORT };
const MASTER_PORT = 5557;
const FOLDER = '/etc/locust';
const FILE = 'locustfile.py';
const SMALL = computeResources({ millicores: [100, 250], mebibytes: [128, 256] });

/** Locust: a master with a web interface, and workers that put a server under load. */
export class Locust extends Construct {
  readonly master: Deployment;
  readonly workers: Deployment;
  /** `name`, ports 8089 (web interface) and 5557 (workers). */
  readonly service: Service;
  /** How the web interface is reached in the cluster. */
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: LocustProps) {
    super(...placed(scope, id));
    const words =
      'name? image? locustfile target:HttpServer uses?:object[] env?:object workers?:number run?:object resources?:object exposure?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'locust', locustfile, target, uses = [], workers = 2, run, exposure, nodePool } = props;
    const { resources = { master: SMALL, worker: SMALL } } = props;
    requireServiceName(this, 'name', name);
    requireWhole(this, 'workers', workers, 1);
    requireProp(locustfile.trim() !== '', this, 'locustfile', 'define a user', locustfile);
    const identity: Identity = { name: 'locust', instance: name, component: 'load-test' };
    const config = new ConfigMap(this, 'config', {
      name: `${name}-config`,
      labels: selectorLabels(this, identity),
      data: { [FILE]: locustfile },
    });
    this.service = new Service(this, 'service', {
      name,
      identity,
      ports: [WEB, { name: 'workers', port: MASTER_PORT }],
      exposure: exposure?.type === 'NodePort' ? undefined : exposure,
    });
    if (exposure?.type === 'NodePort') {
      // A Service of its own: Kubernetes would open the port of the workers, too.
      new Service(this, 'external', { name: `${name}-external`, identity, ports: [WEB], exposure });
    }
    const { host } = this.service;
    const servers = [target, ...uses.flatMap(({ addresses }) => addresses)];
    const shared = { config: Volume.configMap('config', config), ...props };
    this.master = new Deployment(this, 'Default', {
      identity,
      // With two masters behind one Service, each would get a part of the workers.
      strategy: 'Recreate',
      pod: {
        nodePool,
        securityContext: { user: USER },
        uses: servers.map((server) => mention(server, 'the workers connect to it')),
        containers: [
          {
            ...container('master', shared),
            args: [
              `--locustfile=${FOLDER}/${FILE}`,
              '--master',
              `--host=${target.url}`,
              `--expect-workers=${workers}`,
              ...this.runArgs(run),
            ],
            ports: { web: WEB_PORT, workers: MASTER_PORT },
            resources: resources.master,
            probes: PROBES,
          },
        ],
      },
    });
    this.workers = new Deployment(this, 'workers', {
      identity: { ...identity, instance: `${name}-worker`, component: 'load-test-worker' },
      replicas: workers,
      pod: {
        nodePool,
        securityContext: { user: USER },
        uses: [{ env: {}, addresses: [{ host, port: MASTER_PORT }, target] }, ...uses],
        containers: [
          {
            // Without probes: a worker exits when its master has not answered for a minute.
            ...container('worker', shared),
            args: [
              `--locustfile=${FOLDER}/${FILE}`,
              '--worker',
              `--master-host=${host}`,
              `--master-port=${MASTER_PORT}`,
            ],
            resources: resources.worker,
          },
        ],
      },
    });
    this.connection = this.service.http;
  }

  private runArgs(run: LocustRun | undefined): string[] {
    if (run === undefined) return [];
    requireKnownProps(this, run, 'users:number spawnRate?:number duration?:Duration', 'run');
    const { users, spawnRate = 1, duration } = run;
    requireWhole(this, 'run.users', users, 1);
    requireProp(spawnRate > 0 && spawnRate < Infinity, this, 'run.spawnRate', 'be more than 0', spawnRate);
    const time = duration === undefined ? [] : [`--run-time=${wholeSeconds(this, 'run.duration', duration, 1)}s`];
    return ['--autostart', `--users=${users}`, `--spawn-rate=${spawnRate}`, ...time];
  }
}

/** Master and workers are rolled together when the locustfile changes: they must not run different ones. */
function container(name: string, props: LocustProps & { readonly config: Volume }) {
  const { image = images.locust, env, uses = [], config } = props;
  return {
    name,
    image,
    env: { HOME: '/tmp', PYTHONDONTWRITEBYTECODE: '1', ...envOf(uses), ...env },
    mounts: [
      { volume: config, path: FOLDER, readOnly: true },
      { volume: Volume.scratch('tmp'), path: '/tmp' },
    ],
  } satisfies Partial<ContainerProps>;
}

/** A slow start: a master shares its quarter of a core with the import of its libraries. */
const PROBES = serverProbes(Duration.seconds(150), (timing) => httpProbe('/', 'web', timing));
