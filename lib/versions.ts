/** Every version of an image or a chart that this project names; nothing else pins one. */

/** Images, by what they are. A tag of an image that users build themselves comes from the environment instead. */
export const images = {
  /** PostgreSQL 17 with PostGIS 3.6, for amd64 and arm64; it stays on Debian 12, whose collations volumes are sorted by. */
  postgis: 'docker.io/imresamu/postgis:17-3.6.1-bookworm',
  /** PostgreSQL 18 with PostGIS 3.6, as instances of CloudNativePG; a tag with a time stamp is never moved. */
  cnpgPostgis: 'ghcr.io/cloudnative-pg/postgis:18.4-3.6.4-202608031108-standard-trixie',
  /** PostgreSQL 18, as instances of CloudNativePG. */
  cnpgPostgresql: 'ghcr.io/cloudnative-pg/postgresql:18.6-202608170814-standard-trixie',
  /** Silo, the maintained fork of MinIO: its variables, paths and files on disk are those of MinIO. */
  minio: 'docker.io/pgsty/silo:RELEASE.2026-09-03T13-18-01Z',
  rustfs: 'docker.io/rustfs/rustfs:1.0.0',
  /** `curl` and a shell. */
  curl: 'docker.io/curlimages/curl:8.21.0',
  pypgstac: 'ghcr.io/stac-utils/pgstac-pypgstac:v0.9.9',
  /** What the chart eoapi takes from 0.12.1 on. */
  pypgstac010: 'ghcr.io/stac-utils/pgstac-pypgstac:v0.10.0',
  mlflow: 'docker.io/burakince/mlflow:3.16.0',
  /** The same image from the other registry of its maker. */
  mlflowGhcr: 'ghcr.io/burakince/mlflow:3.16.0',
  zenml: 'ghcr.io/hotosm/zenml-postgres:0.93.3',
  zenml094: 'ghcr.io/hotosm/fair/zenml-postgres:0.94.2',
  /** A shell with `sed`, for the chart of MLflow. */
  busybox: 'docker.io/library/busybox:1.37.0',
  kafka: 'docker.io/apache/kafka:3.9.1',
  locust: 'docker.io/locustio/locust:2.47.0',
  /** Without the Enterprise features; the image grafana-oss ended with 12.4. */
  grafana: 'docker.io/grafana/grafana:13.2.3',
  /** Serves the lag of consumer groups to Prometheus. */
  kafkaExporter: 'docker.io/danielqsj/kafka-exporter:v1.9.0',
  /** The long-term branch, supported until July 2027. */
  prometheus: 'docker.io/prom/prometheus:v3.13.5',
  /** The long-term branch; no older one can keep a server out until its first good check. */
  haproxy: 'docker.io/library/haproxy:3.2.21',
} as const;

const EOAPI = { repository: 'https://devseed.com/eoapi-k8s/', name: 'eoapi' } as const;
const ZENML = { repository: 'oci://public.ecr.aws/zenml', name: 'zenml' } as const;

/**
 * Upstream helm charts: the repository that serves each, and the versions whose values are typed here. What must agree
 * with the version of a chart stands beside it.
 */
export const charts = {
  eoapi: {
    ...EOAPI,
    version: '0.12.0',
    image: 'ghcr.io/stac-utils/stac-fastapi-pgstac:6.2.2',
    migrationImage: images.pypgstac,
  },
  eoapi0122: {
    ...EOAPI,
    version: '0.12.2',
    image: 'ghcr.io/stac-utils/stac-fastapi-pgstac:6.2.2',
    migrationImage: images.pypgstac010,
  },
  /** For Kubernetes 1.32 and later. All of its images are values: older charts pull one from Docker Hub whatever they say. */
  eoapi015: {
    ...EOAPI,
    version: '0.15.0',
    image: 'ghcr.io/stac-utils/stac-fastapi-pgstac:6.3.1',
    migrationImage: images.pypgstac010,
    waitImage: 'docker.io/alpine/kubectl:1.34.1',
  },
  mlflow: {
    repository: 'https://community-charts.github.io/helm-charts',
    name: 'mlflow',
    version: '1.8.1',
    image: images.mlflow,
  },
  /** A server that speaks to PostgreSQL; the image of ZenML speaks to MySQL. */
  zenml: { ...ZENML, version: '0.93.3', image: images.zenml },
  /** Takes keys of Secrets as variables. */
  zenml094: { ...ZENML, version: '0.94.2', image: images.zenml094 },
  metricsServer: {
    repository: 'https://kubernetes-sigs.github.io/metrics-server/',
    name: 'metrics-server',
    version: '3.13.1',
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.8.1',
  },
  nvidiaDevicePlugin: {
    repository: 'https://nvidia.github.io/k8s-device-plugin',
    name: 'nvidia-device-plugin',
    version: '0.20.0',
    image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0',
  },
  certManager: {
    repository: 'https://charts.jetstack.io',
    name: 'cert-manager',
    version: 'v1.20.3',
    image: 'quay.io/jetstack/cert-manager-controller:v1.20.3',
    webhookImage: 'quay.io/jetstack/cert-manager-webhook:v1.20.3',
    cainjectorImage: 'quay.io/jetstack/cert-manager-cainjector:v1.20.3',
    startupImage: 'quay.io/jetstack/cert-manager-startupapicheck:v1.20.3',
  },
  cloudnativePg: {
    repository: 'https://cloudnative-pg.github.io/charts',
    name: 'cloudnative-pg',
    version: '0.29.0',
    image: 'ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0',
  },
  barmanCloud: {
    repository: 'https://cloudnative-pg.github.io/charts',
    name: 'plugin-barman-cloud',
    version: '0.7.0',
    image: 'ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.13.0',
    sidecarImage: 'ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar:v0.13.0',
  },
} as const;
