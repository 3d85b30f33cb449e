import { Duration, type Size, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection } from '../../kube/network/connections';
import { type Exposure, exposureUrl } from '../../kube/network/exposure';
import { connect } from '../../kube/network/network';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { type Identity, selectorLabels } from '../../kube/objects/labels';
import { requireServiceName } from '../../kube/objects/names';
import type { ContainerProps } from '../../kube/pods/containers';
import type { Env } from '../../kube/pods/env';
import { httpProbe } from '../../kube/pods/probes';
import { type Mount, Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import type { SecretKey } from '../../kube/secrets/secrets';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import type { Deployment } from '../../workloads/deployment';
import { Service } from '../../workloads/service';
import type { StatefulSet } from '../../workloads/stateful-set';
import { dashboardFiles, type GrafanaDashboard, PROMETHEUS_UID } from './dashboard';
import { promDuration } from './promql';
import { singlePod } from './single-pod';

export interface GrafanaProps {
  /** Name of the workload and of the Service. @default 'grafana' */
  readonly name?: string;
  /** Image of Grafana 13 or later. @default images.grafana */
  readonly image?: string;
  /** Who may do everything. */
  readonly admin: GrafanaAdmin;
  /** The data source of the dashboards. */
  readonly prometheus: HttpConnection;
  /** How often Prometheus reads each target: rates are computed over four times of it at least. @default Duration.seconds(15) */
  readonly scrapeInterval?: Duration;
  /** Provisioned dashboards, which cannot be edited in the browser. */
  readonly dashboards: readonly GrafanaDashboard[];
  /**
   * Size of the claim for what is created in the browser: users, dashboards, preferences. Immutable.
   * @default - they are lost with the pod
   */
  readonly storage?: Size;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** What browsers reach it by: `https://grafana.example.org/`. @default - the URL of `exposure`, else http://localhost:3000/ */
  readonly url?: string;
  /** @default - 100m and 192Mi, at most 250m and 512Mi */
  readonly resources?: Resources;
  /** How it is reached from outside of the cluster. @default - not at all */
  readonly exposure?: Exposure;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** The first user. The database keeps both from the first start on: a claim remembers an old password. */
export interface GrafanaAdmin {
  readonly user: SecretKey;
  readonly password: SecretKey;
}

/** `grafana` of the image. */
const USER = 472;
const PORT = 3000;
const PORT_NAME = 'http';
const PROVISIONING = '/etc/grafana/provisioning';
const DASHBOARDS = '/etc/grafana/dashboards';

/**
 * A Grafana whose data source and dashboards come from here. Its database is SQLite, which one pod writes: with a claim
 * it is a StatefulSet, which never runs two.
 */
export class Grafana extends Construct {
  readonly workload: Deployment | StatefulSet;
  /** `name`, port 3000. */
  readonly service: Service;
  /** How it is reached in the cluster. */
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: GrafanaProps) {
    super(...placed(scope, id));
    const words =
      'name? image? admin:object prometheus:HttpServer scrapeInterval?:Duration dashboards:object[] storage?:Size storageClassName? url? resources?:object exposure?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'grafana', prometheus, scrapeInterval = Duration.seconds(15), dashboards, exposure } = props;
    const { url = exposureUrl(exposure) } = props;
    requireKnownProps(this, props.admin, 'user:SecretKey password:SecretKey', 'admin');
    requireServiceName(this, 'name', name);
    const root = url === undefined || /^https?:\/\/[^\s/]+\/?$/.test(url);
    requireProp(root, this, 'url', 'be an http or https URL without a path', url);
    const identity: Identity = { name: 'grafana', instance: name, component: 'dashboards' };
    const labels = selectorLabels(this, identity);
    const provisioning = new ConfigMap(this, 'provisioning', {
      name: `${name}-provisioning`,
      labels,
      data: {
        'datasources.yaml': Yaml.stringify(
          dataSources(prometheus, promDuration(this, 'scrapeInterval', scrapeInterval)),
        ),
        'dashboards.yaml': Yaml.stringify(PROVIDERS),
      },
    });
    const shown = new ConfigMap(this, 'dashboards', {
      name: `${name}-dashboards`,
      labels,
      data: dashboardFiles(this, dashboards),
    });
    const { storage, storageClassName, nodePool } = props;
    const provisioned = (volume: string, file: string, folder: string): Mount => ({
      volume: Volume.configMap(volume, provisioning, { items: [{ key: file, path: file }] }),
      path: `${PROVISIONING}/${folder}`,
      readOnly: true,
    });
    const data = storage ? Volume.claimTemplate('data') : Volume.scratch('data');
    const container: ContainerProps = {
      ...this.container(url, props),
      mounts: [
        { volume: data, path: '/var/lib/grafana' },
        provisioned('datasources', 'datasources.yaml', 'datasources'),
        provisioned('providers', 'dashboards.yaml', 'dashboards'),
        { volume: Volume.configMap('dashboards', shown), path: DASHBOARDS, readOnly: true },
        { volume: Volume.scratch('tmp'), path: '/tmp' },
      ],
    };
    this.workload = singlePod(this, {
      identity,
      pod: { nodePool, securityContext: { user: USER }, containers: [container] },
      claim: storage && { name: 'data', size: storage, storageClassName },
      port: { name: PORT_NAME, port: PORT },
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: PORT_NAME, port: PORT }], exposure });
    connect(this.workload.pods, prometheus);
    this.connection = this.service.http;
  }

  private container(url: string | undefined, { image = images.grafana, admin, resources = SMALL }: GrafanaProps) {
    const timing = { timeout: Duration.seconds(5) };
    return {
      name: 'grafana',
      image,
      ports: { [PORT_NAME]: PORT },
      env: {
        GF_SECURITY_ADMIN_USER: admin.user,
        GF_SECURITY_ADMIN_PASSWORD: admin.password,
        ...(url === undefined ? {} : { GF_SERVER_ROOT_URL: url }),
        ...(url?.startsWith('https:') ? { GF_SECURITY_COOKIE_SECURE: 'true' } : {}),
        ...SETTINGS,
      },
      resources,
      probes: {
        // Five minutes: the first start creates the tables of its database.
        startup: httpProbe('/api/health', PORT_NAME, { ...timing, period: Duration.seconds(5), failureThreshold: 60 }),
        readiness: httpProbe('/api/health', PORT_NAME, timing),
        liveness: httpProbe('/api/health', PORT_NAME, { ...timing, period: Duration.seconds(20), failureThreshold: 6 }),
      },
    } satisfies ContainerProps;
  }
}

const SMALL = computeResources({ millicores: [100, 250], mebibytes: [192, 512] });

/** Only the administrator creates users, and nothing is fetched from the internet, which the network policy forbids. */
const SETTINGS: Env = {
  GF_USERS_ALLOW_SIGN_UP: 'false',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
  // Plugins that it would otherwise download at each start, from Grafana 12 on.
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
};

function dataSources({ url }: HttpConnection, scrapeInterval: string): object {
  const source = {
    name: 'Prometheus',
    uid: PROMETHEUS_UID,
    type: 'prometheus',
    access: 'proxy',
    url,
    isDefault: true,
    editable: false,
    jsonData: { httpMethod: 'POST', timeInterval: scrapeInterval },
  };
  return { apiVersion: 1, datasources: [source] };
}

const PROVIDERS = {
  apiVersion: 1,
  providers: [
    {
      name: 'dashboards',
      type: 'file',
      // A dashboard whose file is gone goes, too.
      disableDeletion: false,
      allowUiUpdates: false,
      options: { path: DASHBOARDS },
    },
  ],
};
