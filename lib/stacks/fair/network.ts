import type { Construct } from 'constructs';
import { type Address, bucketAddress } from '../../kube/network/addresses';
import type { BucketConnection, DatabaseConnection } from '../../kube/network/connections';
import { acceptAnyone, callApiServer, connect, download, type Pods, recordServer } from '../../kube/network/network';
import { serviceHost } from '../../kube/objects/inventory';
import { openCertificateSolver } from '../../kube/secrets/certificates';
import type { FairChartPods } from './chart-pods';
import { pipelineLabels } from './zenml/pipeline-pods';

/** What the pods of a chart are given. */
export interface ChartConnections {
  readonly databases: readonly DatabaseConnection[];
  readonly artifacts?: BucketConnection;
}

/** What the steps of a pipeline are given. */
export interface PipelineConnections {
  readonly artifacts: BucketConnection;
  /** ZenML and MLflow, where they are. */
  readonly servers: readonly Address[];
}

/** Declares what the pods of a chart reach, and who reaches them. Its Service is the chart's. */
export function chartNetwork(
  scope: Construct,
  chart: FairChartPods,
  { databases, artifacts }: ChartConnections,
): Address {
  const { chart: name, selector, migration, service, callsApiServer: calls = false, ingress } = chart;
  const pods: Pods = { scope, name, selector };
  const host = serviceHost(scope, service.name);
  recordServer({ host, pods, ports: [{ port: service.port, podPort: service.podPort }] });
  for (const client of [pods, ...(migration ? [{ scope, ...migration }] : [])]) {
    for (const database of databases) connect(client, database);
  }
  if (artifacts !== undefined) connect(pods, bucketAddress(artifacts));
  if (calls) callApiServer(pods);
  if (ingress !== undefined) {
    acceptAnyone(pods, [service.podPort]);
    openCertificateSolver(scope, ingress.annotations);
  }
  return { host, port: service.port };
}

/** Declares what the pods of ZenML's pipelines reach: ZenML creates them, with the labels that the ZenML stack says. */
export function pipelineNetwork(scope: Construct, { artifacts, servers }: PipelineConnections): void {
  const steps: Pods = { scope, name: 'pipelines', selector: pipelineLabels() };
  for (const server of [...servers, bucketAddress(artifacts)]) connect(steps, server);
  // Weights, tiles and data sets.
  download(steps);
  callApiServer({ scope, name: 'pipelines-orchestrator', selector: pipelineLabels('orchestrator') });
}

/** Label of the pods that use a database of somebody else, with the name of the Secret that they read. */
const DATABASE_CLIENT_LABEL = 'database-client';

/** Lets pods of the namespace with the label `database-client: <Secret>` reach a database that no chart uses. */
export function databaseClientNetwork(scope: Construct, { password, ...database }: DatabaseConnection): void {
  const { name } = password.secret;
  connect({ scope, name: `${name}-clients`, selector: { [DATABASE_CLIENT_LABEL]: name } }, database);
}
