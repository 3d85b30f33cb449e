import { Cron, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { charts, images, ingress } from '../lib';
import type { PlatformConfig } from '../lib/platform';
import { type FairCluster, fair } from '../lib/stacks/fair';
import { FLTS_PRODUCTION, flts as fltsPipeline } from '../lib/stacks/flts';
import { inference } from '../lib/stacks/inference';
import {
  core,
  cpuInference,
  cpuTraining,
  flts,
  gpuInference,
  gpuTraining,
  karpenterNodePools,
  labelDomain,
} from './prod-nodes';

/** EBS volumes that outlive their claims: databases are on them. */
const storageClass = {
  name: 'gp3-retain',
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3', 'csi.storage.k8s.io/fstype': 'ext4', encrypted: 'true' },
  reclaimPolicy: 'Retain',
} as const;

const region = 'us-east-1';

/** Extensions of the databases with geometries. */
const extensions = [
  'postgis',
  'fuzzystrmatch',
  'postgis_tiger_geocoder',
  'postgis_topology',
  'btree_gist',
  'unaccent',
] as const;

/** What the database clusters have in common. */
const cluster = {
  instances: 2,
  storage: Size.gibibytes(50),
  walStorage: Size.gibibytes(20),
  storageClassName: storageClass.name,
  podMonitor: true,
  idleInTransactionTimeout: Duration.seconds(60),
} as const;

const clusters: readonly [FairCluster, ...FairCluster[]] = [
  {
    ...cluster,
    name: 'fair-prod-db',
    description: 'The backend of fAIr',
    databases: ['fair_prod'],
    backupSchedule: Cron.schedule({ minute: '0', hour: '3', weekDay: '1' }),
  },
  {
    ...cluster,
    name: 'fair-stac-db-prod',
    description: 'The STAC catalogue of fAIr: pgstac',
    databases: ['stac'],
    backupSchedule: Cron.schedule({ minute: '0', hour: '4' }),
  },
  {
    ...cluster,
    name: 'mlflow-prod-db',
    description: 'Runs, models and users of MLflow',
    image: images.cnpgPostgresql,
    databases: ['mlflow', 'mlflowAuth'],
    backupSchedule: Cron.schedule({ minute: '0', hour: '4', weekDay: '0' }),
  },
  {
    ...cluster,
    name: 'zenml-db-production',
    description: 'ZenML',
    image: images.cnpgPostgresql,
    instances: 1,
    storage: Size.gibibytes(20),
    walStorage: Size.gibibytes(40),
    databases: ['zenml'],
    backupSchedule: Cron.schedule({ minute: '0', hour: '3', weekDay: '6' }),
  },
];

/** A host name below `ai.hotosm.org`: external-dns enters it, cert-manager gets its certificate. */
function publicHost(name: string) {
  const host = `${name}.ai.hotosm.org`;
  return {
    host,
    ingressClassName: 'nginx',
    tlsSecretName: `${name}-tls`,
    annotations: {
      'cert-manager.io/cluster-issuer': 'letsencrypt-prod',
      'external-dns.alpha.kubernetes.io/hostname': host,
      'external-dns.alpha.kubernetes.io/ttl': '300',
    },
  };
}

/** An Ingress for such a host name, with further settings of the controller. */
function publicIngress(name: string, settings: Readonly<Record<string, string>> = {}, usersSecretName?: string) {
  const options = publicHost(name);
  return ingress({ ...options, usersSecretName, annotations: { ...options.annotations, ...settings } });
}

const stacHost = publicHost('stac');

/** Production: EKS 1.30 or later, with Karpenter, ingress-nginx, external-dns, metrics-server and the Prometheus operator. */
export const prod = {
  name: 'prod',
  kubeContext: 'hotosm-production-cluster',
  kubernetesVersion: '1.30',
  nodePools: [core, flts, cpuTraining, cpuInference, gpuTraining, gpuInference],
  cluster: { ingressController: { namespace: 'ingress-nginx' }, monitoring: { namespace: 'monitoring' } },
  karpenterNodePools,
  storageClasses: [storageClass],
  operators: {
    certManager: { nodePool: core },
    cloudNativePg: { nodePool: core, replicas: 2 },
    barmanCloud: { nodePool: core },
  },
  stacks: {
    fair: fair({
      namespace: 'fair-prod',
      nodePool: core,
      // The API of fAIr is a helm release of its own in this namespace: chart `fair` of hotosm/fAIr.
      clients: [{ name: 'fair-api', selector: { 'app.kubernetes.io/name': 'fair' }, servers: ['fair-prod-db-rw'] }],
      database: {
        type: 'CloudNativePG',
        clusters,
        backups: { bucket: { bucket: 'hotosm-k8s-db-backup', region }, retention: Duration.days(60) },
      },
      databaseNames: { stac: { name: 'fair-stac-prod', owner: 'fair_stac_prod' } },
      extraDatabases: [{ name: 'fair_prod', owner: 'fair_prod_rw', extensions }],
      objectStore: {
        type: 'S3',
        region,
        buckets: {
          data: { bucket: 'hotosm-fair-models-production' },
          mlflow: { bucket: 'hotosm-fair-mlflow-prod' },
          zenml: { bucket: 'hotosm-zenml-artifacts-production', path: 'artifacts' },
        },
      },
      mlflowUsers: true,
      zenmlKeys: true,
      charts: {
        stac: {
          chart: charts.eoapi0122,
          title: 'fAIr STAC Catalog',
          description: 'Base models and datasets of fAIr',
          resources: {
            requests: { cpu: Cpu.millis(250), memory: Size.mebibytes(512) },
            limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
          },
          autoscaling: { minReplicas: 2, maxReplicas: 4, averageUtilization: 75 },
          ingress: {
            ...stacHost,
            annotations: {
              ...stacHost.annotations,
              'nginx.ingress.kubernetes.io/proxy-body-size': '100m',
              'nginx.ingress.kubernetes.io/enable-cors': 'true',
            },
          },
        },
        mlflow: {
          image: images.mlflowGhcr,
          replicas: 2,
          resources: {
            requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
            limits: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
          },
          ingress: publicHost('mlflow'),
        },
        zenml: {
          chart: charts.zenml094,
          loginLifetime: Duration.minutes(4320),
          resources: {
            requests: { cpu: Cpu.units(2), memory: Size.gibibytes(4) },
            limits: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
          },
          ingress: publicHost('zenml'),
        },
      },
      pipelines: {
        name: 'k8s-production',
        namespace: 'zenml-pipelines-prod',
        labelDomain,
        pools: [cpuTraining, cpuInference, gpuTraining, gpuInference],
        orchestratorPool: core,
        registry: { uri: 'ghcr.io/hotosm', flavor: 'github' },
        mlflowLoginSecret: 'mlflow',
      },
    }),
    inference: inference({
      namespace: 'inference-prod',
      image: 'ghcr.io/hotosm/photo-duplicate-inference:1.0.0',
      nodePool: cpuInference,
      // Images are larger than the 1 MiB that ingress-nginx allows.
      exposure: publicIngress('inference', { 'nginx.ingress.kubernetes.io/proxy-body-size': '20m' }),
    }),
    flts: fltsPipeline({
      nodePool: flts,
      profile: FLTS_PRODUCTION,
      identifier: 'prod',
      storageClassName: storageClass.name,
      images: { repository: 'ghcr.io/hotosm/flts', tag: '1.0.0' },
      exposure: {
        // This MLflow is unauthenticated, and its content decides what the servers load.
        mlflow: publicIngress('flts-mlflow', {}, 'mlflow-users'),
        grafana: publicIngress('flts-grafana'),
        // A forecast may take longer than the minute that ingress-nginx waits.
        inference: publicIngress('flts-api', { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '75' }),
      },
    }),
  },
} satisfies PlatformConfig;
