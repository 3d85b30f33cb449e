import type { Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';

/** What a model is deployed for; a label, and a variable of its pods. */
export type ModelEnvironment = 'development' | 'staging' | 'production';

/** One version of a model of the registry, and how it is served. The fields are those of the custom resource. */
export interface ModelDeploymentSpec {
  /** Name of the model in the registry: a label value, at most 63 characters. */
  readonly modelName: string;
  /** Version of the model in the registry, which counts them from 1. */
  readonly modelVersion: number;
  /** How many pods, from 1 to 10; with `autoscaling` only how many at first. @default 1 */
  readonly replicas?: number;
  /** @default 'development' */
  readonly environment?: ModelEnvironment;
  /**
   * What each pod asks for and may use.
   * @default - 250m and 256Mi, at most 500m and 512Mi; a request that is left out is never above its limit, and a limit never below its request
   */
  readonly resources?: ModelResources;
  /** Bounds between which an autoscaler decides how many pods there are. @default - none, `replicas` pods */
  readonly autoscaling?: ModelAutoscaling;
}

/** Resources of a pod, of which anything may be left out. */
export interface ModelResources {
  /** What the scheduler sets aside. @default - see `ModelDeploymentSpec.resources` */
  readonly requests?: { readonly cpu?: Cpu; readonly memory?: Size };
  /** Where a container is slowed down or ended. @default - see `ModelDeploymentSpec.resources` */
  readonly limits?: { readonly cpu?: Cpu; readonly memory?: Size };
}

/** How an autoscaler, which needs metrics-server, decides how many pods there are. */
export interface ModelAutoscaling {
  /** From 1 to 10. @default 1 */
  readonly minReplicas?: number;
  /** From 1 to 10. @default 5 */
  readonly maxReplicas?: number;
  /** Average use of the CPU that the pods ask for, from 1 to 100. @default 70 */
  readonly targetCPUUtilizationPercentage?: number;
}

/** A spec with the defaults that the CustomResourceDefinition has; those of resources are not its business. */
export interface CompleteModelDeploymentSpec extends ModelDeploymentSpec {
  readonly replicas: number;
  readonly environment: ModelEnvironment;
  readonly autoscaling?: Required<ModelAutoscaling>;
}
