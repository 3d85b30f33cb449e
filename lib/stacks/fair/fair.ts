import type { Construct } from 'constructs';
import type { BucketConnection, DatabaseConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { Labels } from '../../kube/objects/labels';
import { recordCertificate } from '../../kube/secrets/certificates';
import type { SecretKey, SecretRef } from '../../kube/secrets/secrets';
import { clusterGate, type DatabaseGate, statefulSetGate } from '../../platform/releases/database-gate';
import type { ReleaseIngress } from '../../platform/releases/ingress';
import type { HelmRelease, ReleaseName } from '../../platform/releases/release';
import { type ForwardedPort, localUrl } from '../../platform/reports/ports';
import type { charts } from '../../versions';
import { type MlflowProps, mlflowValues } from './charts/mlflow';
import { releaseServices } from './charts/services';
import { type StacProps, stacValues } from './charts/stac';
import { type ZenmlProps, zenmlValues } from './charts/zenml';
import type { ZenmlVersion } from './charts/zenml-values';
import { kubernetesStack } from './zenml/kubernetes-stack';
import { type LocalAccessKey, localStack } from './zenml/local-stack';
import type { ContainerRegistry, ZenmlStack } from './zenml/stack';

const LOCAL_OBJECT_STORE_PORT = 9000;
const LOCAL_MLFLOW_PORT = 5000;

/** Tells when a database can be used: by a StatefulSet and a Job, or by objects of CloudNativePG. */
export type DatabaseReadiness =
  | { readonly type: 'StatefulSet'; readonly server: string; readonly job: string }
  | { readonly type: 'CloudNativePG'; readonly cluster: string; readonly database: string };

/** A database, and what tells when it can be used. */
export interface FairDatabase {
  readonly connection: DatabaseConnection;
  readonly readiness: DatabaseReadiness;
}

/** What the charts beside the stack `fair` are given by it. */
export interface FairParts {
  readonly namespace: string;
  /** The server of all databases, where it is one that a person connects to. */
  readonly postgres?: { readonly service: { readonly name: string } };
  /** The object store, where it is in the cluster. */
  readonly minio?: { readonly service: { readonly name: string }; readonly console: { readonly name: string } };
  readonly stac: FairDatabase;
  readonly mlflow: FairDatabase & {
    readonly artifacts: BucketConnection;
    readonly users?: { readonly client: FairDatabase; readonly admin: SecretRef };
  };
  readonly zenml: FairDatabase & {
    readonly artifacts: BucketConnection;
    readonly keys?: { readonly encryptionKey: SecretKey; readonly jwtSecret: SecretKey };
  };
  readonly stacAccount?: { readonly name: string };
}

/** The charts beside the stack `fair`: one that is given is on. */
export interface FairCharts {
  /** eoAPI's STAC API. @default - off */
  readonly stac?: Omit<StacProps, 'database' | 'nodePool' | 'serviceAccountName'> & {
    /** Version of the chart. @default charts.eoapi.version */
    readonly version?: typeof charts.eoapi.version | typeof charts.eoapi.later;
    /**
     * How users reach it from outside of the cluster. The stack writes the Ingress: that of the chart serves a prefix
     * alone. @default - inside of the cluster only
     */
    readonly ingress?: ReleaseIngress;
  };
  /** @default - off */
  readonly mlflow?: Omit<MlflowProps, 'namespace' | 'database' | 'artifacts' | 'users' | 'nodePool'>;
  /** @default - off */
  readonly zenml?: Omit<ZenmlProps, 'database' | 'artifacts' | 'keys' | 'nodePool'>;
}

/** The helm releases of fAIr that are on. Each waits for its database. */
export function fairReleases(
  scope: Construct,
  parts: FairParts,
  charts: FairCharts,
  nodePool: NodePool | undefined,
): HelmRelease[] {
  const { namespace, stacAccount } = parts;
  const gate = ({ readiness }: FairDatabase) => databaseGate(namespace, readiness);
  const releases: HelmRelease[] = [];
  if (charts.stac !== undefined) {
    const { version, ingress: _, ...props } = charts.stac;
    const { connection } = parts.stac;
    const values = stacValues(scope, {
      ...props,
      database: connection,
      serviceAccountName: stacAccount?.name,
      nodePool,
    });
    releases.push({ name: 'stac', namespace, version, database: gate(parts.stac), values });
  }
  if (charts.mlflow !== undefined) {
    const { connection, artifacts, users } = parts.mlflow;
    recordReleaseCertificate(scope, namespace, 'mlflow', charts.mlflow.ingress);
    const values = mlflowValues(scope, {
      ...charts.mlflow,
      namespace,
      database: connection,
      artifacts,
      users: users && { database: users.client.connection, admin: users.admin },
      nodePool,
    });
    // A release waits for one database. That of the users is the later of the two: CloudNativePG creates the first
    // database of a cluster with it.
    releases.push({ name: 'mlflow', namespace, database: gate(users?.client ?? parts.mlflow), values });
  }
  if (charts.zenml !== undefined) {
    const { connection, artifacts, keys } = parts.zenml;
    recordReleaseCertificate(scope, namespace, 'zenml', charts.zenml.ingress);
    const { version } = charts.zenml;
    const values = zenmlValues(scope, { ...charts.zenml, database: connection, artifacts, keys, nodePool });
    releases.push({ name: 'zenml', namespace, version, database: gate(parts.zenml), values });
  }
  return releases;
}

/** The Ingress is the chart's, so that no construct of ours asks for its certificate. */
function recordReleaseCertificate(
  scope: Construct,
  namespace: string,
  reader: ReleaseName,
  ingress: ReleaseIngress | undefined,
): void {
  if (ingress === undefined) return;
  const { tlsSecretName: name, annotations } = ingress;
  recordCertificate(scope, { namespace, name, reader, annotations });
}

function databaseGate(namespace: string, readiness: DatabaseReadiness): DatabaseGate {
  return readiness.type === 'StatefulSet'
    ? statefulSetGate({ namespace, name: readiness.server, job: readiness.job })
    : clusterGate({ namespace, name: readiness.cluster, database: readiness.database });
}

/** The Services of the charts that the stack writes a route to. */
export function fairRoutes({ stac }: FairCharts): FairRoute[] {
  if (stac?.ingress === undefined) return [];
  const { host, className, tlsSecretName, annotations } = stac.ingress;
  const backend = { serviceName: releaseServices.stac.name, port: releaseServices.stac.port };
  return [{ host, ingressClassName: className, tlsSecretName, annotations, backend }];
}

/** A route from outside of the cluster to a Service. */
export interface FairRoute {
  readonly host: string;
  readonly ingressClassName: string;
  readonly tlsSecretName: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly backend: { readonly serviceName: string; readonly port: number };
}

/** The ports of fAIr on the machine of whoever works with it; 9000 is the API of the object store, 9001 its console. */
export function fairPorts({ namespace, minio, postgres }: FairParts, charts: FairCharts): ForwardedPort[] {
  const { stac, mlflow, zenml } = releaseServices;
  const port = (name: string, local: number, service: { readonly name: string; readonly port: number }) => ({
    name,
    local,
    namespace,
    service: service.name,
    port: service.port,
  });
  return [
    ...(charts.zenml === undefined ? [] : [port('zenml', 8080, zenml)]),
    ...(charts.stac === undefined ? [] : [port('stac', 8082, stac)]),
    ...(minio === undefined
      ? []
      : [
          port('minio', LOCAL_OBJECT_STORE_PORT, { name: minio.service.name, port: 9000 }),
          port('console', 9001, { name: minio.console.name, port: 9001 }),
        ]),
    ...(charts.mlflow === undefined ? [] : [port('mlflow', LOCAL_MLFLOW_PORT, mlflow)]),
    ...(postgres === undefined
      ? []
      : [
          {
            ...port('postgres', 5432, { name: postgres.service.name, port: 5432 }),
            url: 'postgresql://localhost:5432',
          },
        ]),
  ];
}

/** Where pods of pipelines run, and as whom. */
export interface PipelinePlace {
  readonly namespace: string;
  readonly serviceAccountName: string;
  /** @default - the same */
  readonly stepServiceAccountName?: string;
}

/** Where the pipelines of fAIr run. */
export interface FairPipelines {
  /** Context of kubeconfig, on the machine that starts pipelines. */
  readonly context: string;
  /** Where their pods run, and as whom. */
  readonly place: PipelinePlace;
  /** Version of ZenML: that of its server. @default charts.zenml.version */
  readonly version?: ZenmlVersion;
  /** The pools of their pods. */
  readonly pools: readonly [NodePool, ...NodePool[]];
  /** Labels that all their pods select, beside those that a step selects by itself. @default - none */
  readonly selector?: Labels;
  /** Domain of the labels that steps select by themselves. */
  readonly labelDomain: string;
  /** The pool of the pods that start steps. @default - any of `pools` */
  readonly orchestratorPool?: NodePool;
  /** Where their images are. */
  readonly registry: ContainerRegistry;
  /** Name of the secret on the ZenML server that MLflow is opened with. @default - MLflow asks nobody to log in */
  readonly mlflowLoginSecret?: string;
  /** Name of the ZenML stack whose steps run in the cluster. @default 'k8s' */
  readonly name?: string;
}

/** The ZenML stack whose steps run in the cluster. */
export function fairKubernetesStack(parts: FairParts, pipelines: FairPipelines): ZenmlStack {
  const { place, mlflowLoginSecret: loginSecret, ...given } = pipelines;
  const inCluster = ({ name, port }: { readonly name: string; readonly port: number }) => {
    const host = `${name}.${parts.namespace}.svc`;
    return { host, port, url: `http://${host}:${port}` };
  };
  return kubernetesStack({
    name: 'k8s',
    ...given,
    ...place,
    server: inCluster(releaseServices.zenml),
    artifacts: parts.zenml.artifacts,
    tracker: { ...inCluster(releaseServices.mlflow), loginSecret },
  });
}

/** The ZenML stack whose steps run on the machine of whoever starts them, through forwarded ports. */
export function fairLocalStack({ zenml }: FairParts, name: string, accessKey: LocalAccessKey): ZenmlStack {
  return localStack({
    name,
    bucket: zenml.artifacts,
    objectStoreUrl: localUrl({ local: LOCAL_OBJECT_STORE_PORT }),
    accessKey,
    tracker: { url: localUrl({ local: LOCAL_MLFLOW_PORT }) },
  });
}
