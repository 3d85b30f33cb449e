import { type App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { allowLocalCredentials, InferenceService, localCredentials, NodePool, setNodePools } from '../lib';
import { fair } from '../lib/stacks/fair';

/**
 * The fAIr stack, a number of times, each in a namespace of its own; without releases and ZenML stacks, whose documents
 * are no objects: an app without the library would not compute them.
 */
export function fairStacks(app: App, copies: number): void {
  const nodePool = new NodePool({
    name: 'infra',
    labels: { 'fair.dev/role': 'infra' },
    capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
  });
  const nodePools = [nodePool];
  const stack = fair({ nodePool });
  const context = { environment: 'bench', local: true, credentials: localCredentials(), nodePools };
  allowLocalCredentials(app);
  setNodePools(app, nodePools);
  for (let copy = 1; copy <= copies; copy++) stack.build(app, `fair-${copy}`, context);
}

/** Charts of one service each, in namespaces of their own. */
export function services(app: App, charts: number): void {
  for (let index = 1; index <= charts; index++) {
    const chart = new Chart(app, `service-${index}`, { namespace: `service-${index}` });
    new InferenceService(chart, 'embedder', {
      name: 'embedder',
      image: 'registry.example.org/embedder:1.2.0',
      port: 8002,
      user: { user: 1000 },
      resources: {
        requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
        limits: { cpu: Cpu.units(2), memory: Size.gibibytes(3) },
      },
      config: { MODEL: 'small' },
      replicas: { minReplicas: 2, maxReplicas: 6 },
    });
  }
}
