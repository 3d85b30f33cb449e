import type { Manifest } from '../../../lib/kube/objects/serialization';
import { quantityMillis } from '../../../lib/kube/resources/pod-resources';
import { quantities } from '../../../lib/kube/resources/quantities';
import { type Api, collection } from './api';

/**
 * A metrics API without a server: what metrics-server would measure is written as objects, for the autoscaler reads
 * the API like any other. Pods that exist only as objects use nothing that could be measured.
 */
export const metricsDefinition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'pods.metrics.k8s.io',
    // The API server asks for a word on groups that belong to Kubernetes.
    annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
  },
  spec: {
    group: 'metrics.k8s.io',
    names: { plural: 'pods', singular: 'podmetrics', kind: 'PodMetrics', listKind: 'PodMetricsList' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** What the pods of a Deployment use. */
export class PodLoad {
  private readonly selector: string;

  constructor(
    private readonly api: Api,
    private readonly deployment: Manifest,
    private readonly resources: readonly string[],
  ) {
    this.selector = Object.entries(deployment.spec.selector.matchLabels)
      .map((pair) => pair.join('='))
      .join(',');
  }

  /** Says that every pod uses `factor` times what it requests. */
  async report(factor: number): Promise<void> {
    const { namespace } = this.deployment.metadata;
    const query = new URLSearchParams({ labelSelector: this.selector });
    const pods = await this.api.list(`${collection('Pod', namespace)}?${query}`);
    const force = new URLSearchParams({ fieldManager: 'load', force: 'true' });
    for (const { metadata, spec } of pods) {
      const { name, labels } = metadata;
      const path = `${collection('PodMetrics', namespace)}/${name}?${force}`;
      const metrics: Manifest = {
        apiVersion: 'metrics.k8s.io/v1beta1',
        kind: 'PodMetrics',
        metadata: { name, namespace, labels },
        timestamp: new Date().toISOString(),
        window: '1s',
        containers: spec.containers.map(({ name, resources }: Manifest) => ({
          name,
          usage: usage(resources.requests, this.resources, factor),
        })),
      };
      const { status, body } = await this.api.send('PATCH', path, metrics, 'application/apply-patch+yaml');
      if (status >= 300) throw new Error(`${path}: ${body.message}`);
    }
  }
}

function usage(requests: Record<string, string>, resources: readonly string[], factor: number): Record<string, string> {
  const amounts = Object.entries(quantities(requests)).filter(([resource]) => resources.includes(resource));
  return Object.fromEntries(
    amounts.map(([resource, quantity]) => [resource, `${Math.round(Number(quantityMillis(quantity)) * factor)}m`]),
  );
}
