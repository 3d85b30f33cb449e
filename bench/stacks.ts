import { type App, Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { dev } from '../environments/dev';
import { allowLocalCredentials, InferenceService, localCredentials, setNodePools } from '../lib';
import { fair } from '../lib/stacks/fair';

/**
 * The fAIr stack of `dev`, a number of times, each in a namespace of its own; without its releases and its ZenML stacks,
 * whose documents are no objects: an app without the library would not compute them.
 */
export function fairStacks(app: App, copies: number): Chart[] {
  const { nodePools, name: environment, stacks } = dev;
  const { charts: _, pipelines: __, ...config } = stacks.fair.config;
  const stack = fair(config);
  const context = { environment, local: true, credentials: localCredentials(), nodePools };
  allowLocalCredentials(app);
  setNodePools(app, nodePools);
  for (let copy = 1; copy <= copies; copy++) stack.build(app, `fair-${copy}`, context);
  return app.charts;
}

/** Charts of one service each, in namespaces of their own. */
export function services(app: App, charts: number): Chart[] {
  return Array.from({ length: charts }, (_, index) => {
    const chart = new Chart(app, `service-${index + 1}`, { namespace: `service-${index + 1}` });
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
    return chart;
  });
}
