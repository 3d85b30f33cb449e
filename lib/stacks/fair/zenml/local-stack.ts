import { type BucketConnection, bucketUri } from '../../../kube/network/connections';
import { requireDnsLabel } from '../../../kube/objects/names';
import type { ZenmlVersion } from '../charts/zenml-versions';
import { componentName, type MlflowServer, mlflowTracker, type ZenmlStack } from './stack';

/** An access key that is no secret, because everybody's own machine has the same. */
export interface LocalAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface LocalStackProps {
  /** Name of the stack in ZenML. */
  readonly name: string;
  /** Version of ZenML, of the server and of the client that imports the stack: they must be the same. */
  readonly version: ZenmlVersion;
  /** The bucket of ZenML's artifacts. */
  readonly bucket: BucketConnection;
  /** URL of the object store on the machine: `http://localhost:9000`. */
  readonly objectStoreUrl: string;
  /** The access key of the object store, which the file shows to everybody who reads it. */
  readonly accessKey: LocalAccessKey;
  /** MLflow, as the machine reaches it. */
  readonly tracker: MlflowServer;
}

/** The ZenML stack whose steps run on the user's machine and store their results in the cluster. */
export function localStack(props: LocalStackProps): ZenmlStack {
  const { name, version, bucket, objectStoreUrl, accessKey, tracker } = props;
  requireDnsLabel(`ZenML stack '${name}'`, 'name', name);
  return {
    zenml_version: version,
    stack_name: name,
    components: {
      // The one that every ZenML server has.
      orchestrator: { name: 'default', flavor: 'local', configuration: {} },
      artifact_store: {
        name: componentName(name, 'artifacts'),
        flavor: 's3',
        configuration: {
          path: bucketUri(bucket),
          key: accessKey.accessKeyId,
          secret: accessKey.secretAccessKey,
          client_kwargs: { endpoint_url: objectStoreUrl },
        },
      },
      experiment_tracker: mlflowTracker(name, tracker),
    },
  };
}
