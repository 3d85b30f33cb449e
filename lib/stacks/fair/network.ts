import type { Construct } from 'constructs';
import { type Address, bucketAddress } from '../../kube/network/addresses';
import type { BucketConnection, DatabaseConnection } from '../../kube/network/connections';
import { allowApiServer, allowInternetEgress, connect } from '../../kube/network/network';
import type { Pods } from '../../kube/network/peers';
import { pipelineLabels } from './zenml/pipeline-pods';

/** What the steps of a pipeline are given. */
export interface PipelineConnections {
  readonly artifacts: BucketConnection;
  /** ZenML and MLflow, where they are. */
  readonly servers: readonly Address[];
}

/** Declares what the pods of ZenML's pipelines reach: ZenML creates them, with the labels that the ZenML stack says. */
export function pipelineNetwork(scope: Construct, { artifacts, servers }: PipelineConnections): void {
  const steps: Pods = { scope, name: 'pipelines', selector: pipelineLabels() };
  for (const server of [...servers, bucketAddress(artifacts)]) connect(steps, server);
  // Weights, tiles and data sets.
  allowInternetEgress(steps);
  allowApiServer({ scope, name: 'pipelines-orchestrator', selector: pipelineLabels('orchestrator') });
}

/** Label of the pods that use a database that no chart uses, with the name of the Secret that they read. */
const DATABASE_CLIENT_LABEL = 'database-client';

/** Lets pods of the namespace with the label `database-client: <Secret>` reach a database that no chart uses. */
export function databaseClientNetwork(scope: Construct, { password, ...database }: DatabaseConnection): void {
  const { name } = password.secret;
  connect({ scope, name: `${name}-clients`, selector: { [DATABASE_CLIENT_LABEL]: name } }, database);
}
