import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection, MetricsConnection } from '../../kube/network/connections';
import { connect } from '../../kube/network/network';
import type { NodePool } from '../../kube/nodes/node-pools';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
import type { PodProps } from '../../kube/pods/pod-template';
import { httpProbe } from '../../kube/pods/probes';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources, requireSize } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import type { Deployment } from '../../workloads/deployment';
import { Service } from '../../workloads/service';
import type { StatefulSet } from '../../workloads/stateful-set';
import { CONFIG, prometheusConfig } from './prometheus-config';
import { promDuration } from './promql';
import type { RuleGroup } from './rule-groups';
import { singlePod } from './single-pod';

/** Samples stay on a volume, or go with the pod. */
export interface PrometheusStorage {
  readonly type: 'claim' | 'scratch';
  /** Blocks of samples may fill 80 % of it. That of a claim is immutable. */
  readonly size: Size;
}

export interface PrometheusProps {
  /** Name of the workload and of the Service, and of the job that it scrapes itself by. @default 'prometheus' */
  readonly name?: string;
  /** @default images.prometheus */
  readonly image?: string;
  /** What is scraped, beside Prometheus itself. */
  readonly targets: readonly MetricsConnection[];
  /** @default - none */
  readonly rules?: readonly RuleGroup[];
  /** How often targets are scraped and rules evaluated. @default Duration.seconds(15) */
  readonly interval?: Duration;
  /** How long samples are kept, where they have room. @default Duration.days(7) */
  readonly retention?: Duration;
  /** @default { type: 'scratch', size: Size.gibibytes(2) } */
  readonly storage?: PrometheusStorage;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** @default - 100m and 256Mi, at most 500m and 1Gi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** `nobody` of the image. */
const USER = 65534;
const PORT = 9090;
const FILES = '/etc/prometheus';
const DATA = '/prometheus';
/** The rest is for samples that are not in a block yet. */
const SHARE_OF_BLOCKS = 0.8;

/**
 * A Prometheus that scrapes each pod of its targets, found by DNS, and evaluates rules. It is unauthenticated and has no
 * Alertmanager: alerts are on its page, and in Grafana. A change of targets or rules restarts it.
 */
export class Prometheus extends Construct {
  /** A StatefulSet for a claim, else a Deployment. */
  readonly workload: StatefulSet | Deployment;
  /** `name`, port 9090. */
  readonly service: Service;
  readonly config: ConfigMap;
  /** How often it scrapes. */
  readonly interval: Duration;
  /** How neighbours in the cluster reach it. */
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: PrometheusProps) {
    super(...placed(scope, id));
    const words =
      'name? image? targets:Metrics[] rules?:object[] interval?:Duration retention?:Duration storage?:object storageClassName? resources?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'prometheus', targets, rules = [], storageClassName, nodePool } = props;
    const { interval = Duration.seconds(15) } = props;
    const { storage = { type: 'scratch', size: Size.gibibytes(2) } } = props;
    requireKnownProps(this, storage, 'type:claim|scratch size:Size', 'storage');
    requireSize(this, 'storage.size', storage.size);
    const identity: Identity = { name: 'prometheus', instance: name, component: 'metrics' };
    this.interval = interval;
    this.config = new ConfigMap(this, 'config', {
      name: `${name}-config`,
      data: prometheusConfig(this, { self: { job: name, port: PORT }, targets, rules, interval }),
    });
    const pod: PodProps = {
      nodePool,
      securityContext: { user: USER },
      // It writes what it has in memory when it stops.
      terminationGracePeriod: Duration.minutes(2),
      containers: [this.container(storage, props)],
    };
    this.workload = singlePod(this, {
      identity,
      pod,
      claim: storage.type === 'claim' ? { name: 'data', size: storage.size, storageClassName } : undefined,
      port: { name: 'http', port: PORT },
      strategy: 'Recreate',
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'http', port: PORT }] });
    for (const target of targets) connect(this.workload.pods, target);
    this.connection = this.service.http;
  }

  private container({ type, size }: PrometheusStorage, props: PrometheusProps): ContainerProps {
    const { image = images.prometheus, retention = Duration.days(7) } = props;
    const { resources = computeResources({ millicores: [100, 500], mebibytes: [256, 1024] }) } = props;
    const data = type === 'claim' ? Volume.claimTemplate('data') : Volume.scratch('data', { sizeLimit: size });
    return {
      name: 'prometheus',
      image,
      args: [
        `--config.file=${FILES}/${CONFIG}`,
        `--storage.tsdb.path=${DATA}`,
        // Flags, which every version understands; from 3.9 on the configuration can say the same.
        `--storage.tsdb.retention.time=${promDuration(this, 'retention', retention)}`,
        `--storage.tsdb.retention.size=${Math.floor(size.toKibibytes() * SHARE_OF_BLOCKS)}KB`,
      ],
      ports: { http: PORT },
      resources,
      probes: {
        // Half an hour: after a crash it reads what was not in a block yet.
        startup: httpProbe('/-/ready', 'http', { period: Duration.seconds(10), failureThreshold: 180 }),
        readiness: httpProbe('/-/ready', 'http', { period: Duration.seconds(10), timeout: Duration.seconds(5) }),
        liveness: httpProbe('/-/healthy', 'http', {
          period: Duration.seconds(20),
          timeout: Duration.seconds(10),
          failureThreshold: 6,
        }),
      },
      mounts: [
        { volume: Volume.configMap('config', this.config), path: FILES, readOnly: true },
        { volume: data, path: DATA },
      ],
    };
  }
}
