import type { Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { BucketConnection, HttpConnection } from '../../../kube/network/connections';
import { GPU_RESOURCE } from '../../../kube/nodes/gpu-sharing';
import type { NodePool, Toleration } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import type { Labels } from '../../../kube/objects/labels';
import { AWS_VARIABLES, bucket } from '../../../kube/pods/uses';
import { requireSize, sizeString } from '../../../kube/resources/quantities';
import { type PipelinePodRole, pipelineLabels } from './pipeline-pods';

/**
 * What ZenML adds to the pods that it creates: those fields of its `KubernetesPodSettings` that this project sets. Below
 * the first level the names are those of Kubernetes.
 *
 * A step's own settings are merged into those of the stack: objects key by key (`node_selectors`, `resources`), so that
 * a step has the selectors of both, but lists as a whole (`tolerations`, `env`), so that a step has only its own.
 */
export interface PodSettings {
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly node_selectors?: Labels;
  readonly tolerations?: readonly Toleration[];
  readonly env?: readonly PodVariable[];
  readonly container_security_context?: k8s.SecurityContext;
  readonly volumes?: readonly { readonly name: string; readonly emptyDir: Readonly<Record<string, string>> }[];
  readonly volume_mounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** An environment variable: a value, or the key of a Secret in the namespace of the pod. */
export type PodVariable =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
    };

export interface StackPodProps {
  /** What the pods are for; network policies tell it by their labels. */
  readonly role: PipelinePodRole;
  readonly pools: readonly NodePool[];
  readonly selector: Labels;
  readonly server: HttpConnection;
  readonly artifacts: BucketConnection;
  readonly user?: number;
  /** Size of `/dev/shm`. @default - that of the container runtime, 64Mi */
  readonly sharedMemory?: Size;
}

/** What all pods of a stack have. */
export function stackPodSettings(location: string, props: StackPodProps): PodSettings {
  const { role, pools, selector, server, artifacts, user, sharedMemory } = props;
  const allowed = 'be a user id above 0';
  requireProp(user === undefined || (Number.isInteger(user) && user > 0), location, 'podUser', allowed, user);
  const tolerations = allTolerations(pools);
  return {
    labels: pipelineLabels(role),
    // A step that is evicted starts again from its beginning: Karpenter waits for it before it drains a node.
    annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
    ...(Object.keys(selector).length > 0 && { node_selectors: { ...selector } }),
    ...(tolerations.length > 0 && { tolerations }),
    env: [
      // The client hands its own URL of the server to the pods, which is one of localhost when ports are forwarded.
      // Of two variables with one name the last counts, and ZenML puts these last.
      { name: 'ZENML_STORE_URL', value: server.url },
      ...bucketVariables(artifacts),
    ],
    container_security_context: securityContext(user),
    ...(sharedMemory !== undefined && sharedMemorySettings(location, sharedMemory)),
  };
}

/** Endpoint and access key as every AWS client reads them. */
function bucketVariables(artifacts: BucketConnection): PodVariable[] {
  const { endpoint, accessKeyId, secretAccessKey } = AWS_VARIABLES;
  const { env } = bucket(artifacts, { variables: { endpoint, accessKeyId, secretAccessKey } });
  return Object.entries(env).map(([name, value]) =>
    typeof value === 'string'
      ? { name, value }
      : { name, valueFrom: { secretKeyRef: { name: value.secret.name, key: value.key } } },
  );
}

/** A volume in memory: what is in it counts as memory of the container. */
function sharedMemorySettings(location: string, size: Size): Pick<PodSettings, 'volumes' | 'volume_mounts'> {
  requireSize(location, 'sharedMemory', size);
  return {
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: sizeString(size) } }],
    volume_mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
  };
}

/** What the Pod Security Standard `restricted` requires, except the user, which only the image knows. */
function securityContext(user: number | undefined): k8s.SecurityContext {
  return {
    ...(user !== undefined && { runAsNonRoot: true, runAsUser: user }),
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Not those of GPUs, which keep away what wants none: a step that wants one brings its own tolerations. */
function allTolerations(pools: readonly NodePool[]): Toleration[] {
  const tolerations = pools.flatMap((pool) => pool.tolerations).filter(({ key }) => key !== GPU_RESOURCE);
  return [...new Map(tolerations.map((toleration) => [JSON.stringify(toleration), { ...toleration }])).values()];
}
