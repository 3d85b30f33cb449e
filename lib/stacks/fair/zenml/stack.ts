import type { PodSettings } from './pod-settings';

/** A file that `zenml stack import` of ZenML 0.93.3 reads. The names of the fields are ZenML's own. */
export interface ZenmlStack {
  /** `zenml stack import` refuses a file of another version than its own. */
  readonly zenml_version: string;
  readonly stack_name: string;
  readonly components: ZenmlComponents;
}

/** The components of a stack, by their type. */
export interface ZenmlComponents {
  readonly orchestrator:
    | ZenmlComponent<'local', Record<never, never>>
    | ZenmlComponent<'kubernetes', KubernetesOrchestrator>;
  readonly artifact_store: ZenmlComponent<'s3', S3ArtifactStore>;
  readonly container_registry?: ZenmlComponent<ContainerRegistryFlavor, { readonly uri: string }>;
  readonly experiment_tracker: ZenmlComponent<'mlflow', MlflowTracker>;
}

/** One component. Its name is unique among those of its type on a ZenML server. */
export interface ZenmlComponent<Flavor extends string, Configuration> {
  readonly name: string;
  readonly flavor: Flavor;
  readonly configuration: Configuration;
}

/** How a pipeline runs on Kubernetes. */
export interface KubernetesOrchestrator {
  readonly kubernetes_context: string;
  readonly kubernetes_namespace: string;
  /** Account of the pod that starts the steps. */
  readonly service_account_name: string;
  /** Account of the pods of the steps. */
  readonly step_pod_service_account_name: string;
  readonly pod_settings: PodSettings;
  readonly orchestrator_pod_settings: PodSettings;
}

/** A bucket, as s3fs and boto3 open it. */
export interface S3ArtifactStore {
  /** `s3://bucket`. */
  readonly path: string;
  readonly key?: string;
  readonly secret?: string;
  readonly client_kwargs?: { readonly endpoint_url?: string; readonly region_name?: string };
}

/** An MLflow server. */
export interface MlflowTracker {
  readonly tracking_uri: string;
  readonly tracking_username: string;
  readonly tracking_password: string;
}

/** Flavors of container registries that ZenML has without an integration. */
export type ContainerRegistryFlavor = 'default' | 'github' | 'dockerhub' | 'gcp' | 'azure';

/** Where the images of pipelines are pushed to and pulled from. */
export interface ContainerRegistry {
  /** Registry, with an optional path: `ghcr.io/hotosm`. */
  readonly uri: string;
  /** @default 'default' */
  readonly flavor?: ContainerRegistryFlavor;
}

/** An MLflow server and who logs in to it. */
export interface MlflowServer {
  /** `http://host:port`. */
  readonly url: string;
  /**
   * Name of the secret on the ZenML server with the keys `username` and `password`. It must exist before the stack is
   * imported: `zenml secret create <name> --username=… --password=…`.
   * @default - the server is unauthenticated
   */
  readonly loginSecret?: string;
}

/** The name of a component: ZenML keeps components of all stacks together, so each stack names its own. */
export function componentName(stack: string, component: string): string {
  return `${stack}_${component}`;
}

/** The experiment tracker of a stack. */
export function mlflowTracker(stack: string, server: MlflowServer): ZenmlComponents['experiment_tracker'] {
  const { url, loginSecret } = server;
  return {
    name: componentName(stack, 'tracker'),
    flavor: 'mlflow',
    configuration: {
      tracking_uri: url,
      // ZenML insists on a login for every tracker with a URL; a server without authentication does not read it.
      tracking_username: loginSecret === undefined ? 'anonymous' : `{{${loginSecret}.username}}`,
      tracking_password: loginSecret === undefined ? 'anonymous' : `{{${loginSecret}.password}}`,
    },
  };
}
