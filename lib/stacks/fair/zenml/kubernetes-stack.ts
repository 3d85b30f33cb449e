import { Size } from 'cdk8s';
import { type BucketConnection, bucketUri, type HttpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { selects } from '../../../kube/objects/inventory';
import type { Labels } from '../../../kube/objects/labels';
import { requireDnsLabel, requireDnsSubdomain } from '../../../kube/objects/names';
import type { ZenmlVersion } from '../charts/zenml-versions';
import { stackPodSettings } from './pod-settings';
import { type ContainerRegistry, componentName, type MlflowServer, mlflowTracker, type ZenmlStack } from './stack';
import { requireStepPools } from './step-pools';

export interface KubernetesStackProps {
  /** Name of the stack in ZenML. */
  readonly name: string;
  /** Context of kubeconfig, on the machine that starts pipelines. */
  readonly context: string;
  /** Namespace that pipelines run in. */
  readonly namespace: string;
  /** ServiceAccount of the pod that starts the steps; it creates and watches their Jobs. */
  readonly serviceAccountName: string;
  /**
   * ServiceAccount of the pods of the steps, which need nothing of the API server.
   * @default - the same as `serviceAccountName`
   */
  readonly stepServiceAccountName?: string;
  /** Version of ZenML, of the server and of the client that imports the stack: they must be the same. */
  readonly version: ZenmlVersion;
  /** The pools that pipelines run on; their pods tolerate the taints of all. */
  readonly pools: readonly [NodePool, ...NodePool[]];
  /** The pool of the pods that start steps, which have no work of their own. @default - any of `pools` */
  readonly orchestratorPool?: NodePool;
  /**
   * Labels that all pods select. A step selects them beside its own, so every pool must have them.
   * @default - none
   */
  readonly selector?: Labels;
  /**
   * Domain of the labels that steps select by themselves: there must be pools for training and for inference.
   * @default - steps select nothing of their own
   */
  readonly labelDomain?: string;
  /** ZenML, as pods reach it. */
  readonly server: HttpConnection;
  /**
   * The bucket of ZenML's artifacts, as pods reach it, with names of Secrets of `namespace`. ZenML opens it wherever it
   * loads the stack, so the client sets `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY` to what reaches it from there.
   */
  readonly artifacts: BucketConnection;
  /** MLflow, as pods reach it. */
  readonly tracker: MlflowServer;
  /** Where the images of pipelines are. */
  readonly registry: ContainerRegistry;
  /**
   * User id that all pods run as, not 0, where every image of a pipeline can run as it. With it the pods meet the Pod
   * Security Standard `restricted`, without it `baseline`.
   * @default - the user of each image
   */
  readonly podUser?: number;
  /**
   * Size of `/dev/shm` in the pods of steps, which the workers of PyTorch's data loaders hand their batches over in. What
   * is in it counts as memory of the step.
   * @default Size.gibibytes(1)
   */
  readonly sharedMemory?: Size;
}

/** The ZenML stack whose steps run as pods of a Kubernetes cluster. */
export function kubernetesStack(props: KubernetesStackProps): ZenmlStack {
  const { name, context, namespace, serviceAccountName, stepServiceAccountName = serviceAccountName } = props;
  const { version, orchestratorPool } = props;
  const { pools, selector = {}, labelDomain, server, artifacts, tracker, registry, podUser } = props;
  const { sharedMemory = Size.gibibytes(1) } = props;
  const location = `ZenML stack '${name}'`;
  requireDnsLabel(location, 'name', name);
  const allowed = 'be one line without control characters';
  requireProp(context !== '' && !/[\p{Cc}\u2028\u2029]/u.test(context), location, 'context', allowed, context);
  requireDnsLabel(location, 'namespace', namespace);
  requireDnsSubdomain(location, 'serviceAccountName', serviceAccountName);
  requireDnsSubdomain(location, 'stepServiceAccountName', stepServiceAccountName);
  requireRegistry(location, registry);
  for (const pool of pools) {
    const missing = `be labels of every pool that pipelines run on, and '${pool.name}' lacks some`;
    requireProp(selects(selector, pool.labels), location, 'selector', missing, selector);
  }
  if (labelDomain !== undefined) requireStepPools(location, pools, selector, labelDomain);
  const pod = { pools, selector, server, artifacts, user: podUser };
  const orchestrator = orchestratorPool && { pools: [orchestratorPool], selector: orchestratorPool.selector };
  return {
    zenml_version: version,
    stack_name: name,
    components: {
      orchestrator: {
        name: componentName(name, 'orchestrator'),
        flavor: 'kubernetes',
        configuration: {
          kubernetes_context: context,
          kubernetes_namespace: namespace,
          service_account_name: serviceAccountName,
          step_pod_service_account_name: stepServiceAccountName,
          pod_settings: stackPodSettings(location, { ...pod, role: 'step', sharedMemory }),
          orchestrator_pod_settings: stackPodSettings(location, { ...pod, ...orchestrator, role: 'orchestrator' }),
        },
      },
      artifact_store: {
        name: componentName(name, 'artifacts'),
        flavor: 's3',
        configuration: {
          path: bucketUri(artifacts),
          // No endpoint and no key: pods and people reach the same bucket by different URLs, so each brings its own.
          ...(artifacts.region !== undefined && { client_kwargs: { region_name: artifacts.region } }),
        },
      },
      container_registry: {
        name: componentName(name, 'registry'),
        flavor: registry.flavor ?? 'default',
        configuration: { uri: registry.uri },
      },
      experiment_tracker: mlflowTracker(name, tracker),
    },
  };
}

/** ZenML itself refuses a registry of localhost beside a cluster, but only when a pipeline starts. */
function requireRegistry(location: string, { uri }: ContainerRegistry): void {
  requireProp(
    /^[a-z0-9][a-z0-9.:_/-]*[a-z0-9]$/.test(uri) && !uri.includes('://') && !/^localhost(:|\/|$)/.test(uri),
    location,
    'registry.uri',
    'be a registry that the cluster reaches, with an optional path, without a scheme (ghcr.io/hotosm)',
    uri,
  );
}
