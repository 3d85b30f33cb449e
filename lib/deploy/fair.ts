import type { Construct } from 'constructs';
import type { BucketConnection, DatabaseConnection } from '../kube/connections';
import type { Labels } from '../kube/labels';
import type { NodePool } from '../kube/node-pools';
import { statefulSetGate } from './helm/database-gate';
import { type MlflowProps, mlflowValues } from './helm/mlflow';
import type { HelmRelease } from './helm/release';
import { releaseServices } from './helm/services';
import { type StacProps, stacValues } from './helm/stac';
import { type ZenmlProps, zenmlValues } from './helm/zenml';
import { type ForwardedPort, localUrl } from './ports';
import { kubernetesStack } from './zenml/kubernetes-stack';
import { type LocalAccessKey, localStack } from './zenml/local-stack';
import type { ContainerRegistry, ZenmlStack } from './zenml/stack';

const LOCAL_OBJECT_STORE_PORT = 9000;
const LOCAL_MLFLOW_PORT = 5000;

/** What the charts beside the stack `fair` are given by it. */
export interface FairParts {
  readonly namespace: string;
  readonly postgres: {
    readonly server: { readonly name: string };
    readonly service: { readonly name: string };
    readonly databaseJob?: { readonly name: string };
  };
  readonly minio: { readonly service: { readonly name: string }; readonly console: { readonly name: string } };
  readonly stac: { readonly connection: DatabaseConnection };
  readonly mlflow: { readonly connection: DatabaseConnection; readonly artifacts: BucketConnection };
  readonly zenml: { readonly connection: DatabaseConnection; readonly artifacts: BucketConnection };
  readonly pipelines: { readonly name: string };
  readonly stacAccount?: { readonly name: string };
}

/** The charts beside the stack `fair`: one that is given is on. */
export interface FairCharts {
  /** eoAPI's STAC API. @default - off */
  readonly stac?: Omit<StacProps, 'database' | 'nodePool' | 'serviceAccountName'>;
  /** @default - off */
  readonly mlflow?: Omit<MlflowProps, 'namespace' | 'database' | 'artifacts' | 'nodePool'>;
  /** @default - off */
  readonly zenml?: Omit<ZenmlProps, 'database' | 'nodePool'>;
}

/** The helm releases of fAIr that are on. Each waits for its database. */
export function fairReleases(
  scope: Construct,
  parts: FairParts,
  charts: FairCharts,
  nodePool: NodePool | undefined,
): HelmRelease[] {
  const { namespace, postgres, stacAccount } = parts;
  if (postgres.databaseJob === undefined) return [];
  const database = statefulSetGate({ namespace, name: postgres.server.name, job: postgres.databaseJob.name });
  const releases: HelmRelease[] = [];
  if (charts.stac !== undefined) {
    const props = { ...charts.stac, database: parts.stac.connection, serviceAccountName: stacAccount?.name, nodePool };
    releases.push({ name: 'stac', namespace, database, values: stacValues(scope, props) });
  }
  if (charts.mlflow !== undefined) {
    const { connection, artifacts } = parts.mlflow;
    const props = { ...charts.mlflow, namespace, database: connection, artifacts, nodePool };
    releases.push({ name: 'mlflow', namespace, database, values: mlflowValues(scope, props) });
  }
  if (charts.zenml !== undefined) {
    const props = { ...charts.zenml, database: parts.zenml.connection, nodePool };
    releases.push({ name: 'zenml', namespace, database, values: zenmlValues(scope, props) });
  }
  return releases;
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
    port('minio', LOCAL_OBJECT_STORE_PORT, { name: minio.service.name, port: 9000 }),
    port('console', 9001, { name: minio.console.name, port: 9001 }),
    ...(charts.mlflow === undefined ? [] : [port('mlflow', LOCAL_MLFLOW_PORT, mlflow)]),
    {
      ...port('postgres', 5432, { name: postgres.service.name, port: 5432 }),
      url: 'postgresql://localhost:5432',
    },
  ];
}

/** Where the pipelines of fAIr run. */
export interface FairPipelines {
  /** Context of kubeconfig, on the machine that starts pipelines. */
  readonly context: string;
  /** The pools of their pods. */
  readonly pools: readonly [NodePool, ...NodePool[]];
  /** Labels that all their pods select, beside those that a step selects by itself. @default - none */
  readonly selector?: Labels;
  /** Domain of the labels that steps select by themselves. */
  readonly labelDomain: string;
  /** Where their images are. */
  readonly registry: ContainerRegistry;
  /** Name of the ZenML stack whose steps run in the cluster. @default 'k8s' */
  readonly name?: string;
}

/** The ZenML stack whose steps run in the cluster. */
export function fairKubernetesStack(parts: FairParts, pipelines: FairPipelines): ZenmlStack {
  const { namespace, zenml } = parts;
  const inCluster = ({ name, port }: { readonly name: string; readonly port: number }) => {
    const host = `${name}.${namespace}.svc`;
    return { host, port, url: `http://${host}:${port}` };
  };
  return kubernetesStack({
    name: 'k8s',
    ...pipelines,
    namespace,
    serviceAccountName: parts.pipelines.name,
    server: inCluster(releaseServices.zenml),
    artifacts: zenml.artifacts,
    tracker: inCluster(releaseServices.mlflow),
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
