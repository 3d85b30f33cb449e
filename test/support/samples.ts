import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { NodePool, type NodePoolProps } from '../../lib/kube/nodes/node-pools';
import type { Identity } from '../../lib/kube/objects/labels';
import type { ContainerProps } from '../../lib/kube/pods/containers';
import type { PodProps } from '../../lib/kube/pods/pod-template';
import { http, type Use } from '../../lib/kube/pods/uses';
import type { Resources } from '../../lib/kube/resources/quantities';

/** Values that mean nothing, for the props that a test is not about. */
export const identity: Identity = { name: 'server', instance: 'api', component: 'web' };

export const resources: Resources = {
  requests: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) },
  limits: { memory: Size.mebibytes(128) },
};

export const container: ContainerProps = { name: 'main', image: 'example.org/server:1.2.3', resources };

export const pod: PodProps = { containers: [container], securityContext: { user: 1000 } };

/** A use that writes one variable. */
export const uses: readonly Use[] = [http('https://api.example.org/v1', 'API_URL')];

/** A pod with the container ports `http` and `metrics`. */
export const webPod: PodProps = { ...pod, containers: [{ ...container, ports: { http: 8080, metrics: 9090 } }] };

export function nodePool(props: Partial<NodePoolProps> = {}): NodePool {
  return new NodePool({
    name: 'general',
    labels: { 'example.org/role': 'general' },
    capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
    ...props,
  });
}
