import type { App } from 'cdk8s';
import * as kit from '../../../lib';
import type { StackContext, StackDefinition } from '../../../lib/platform';
import * as inferenceDoor from '../../../lib/stacks/inference';
import type { Call } from './call';
import { PLAIN, type Taste } from './taste';
import * as values from './values';

/** What is used of a stack: the same for every kind. */
const stackProps = (t: Taste) => ({
  namespace: t.maybe(t.text('stack')),
  network: t.maybe(t.one('declared' as const, 'any' as const)),
  clients: t.maybe([
    {
      name: t.text('web'),
      namespace: t.text('web'),
      selector: t.maybe(values.labels(t)),
      servers: t.list(t.text('server-svc')),
    },
  ]),
});

/** The call of a stack, which is a chart of its own beside that of the other calls. */
const stack = (props: (t: Taste) => object): Call => ({
  args: (chart, t) => ({ scope: chart.node.root, id: 'stack', props: props(t) }),
});

const context: StackContext = {
  environment: 'calls',
  local: true,
  credentials: kit.localCredentials(),
  nodePools: [values.nodePool(PLAIN)],
};

/** The call of what an environment lists, which is built afterwards. */
const entry = (config: (t: Taste) => object): Call => ({
  args: (_, t) => ({ config: config(t) }),
  after: (definition: StackDefinition, chart) => definition.build(chart.node.root as App, 'stack', context),
});

const server = (t: Taste) => ({
  ...stackProps(t),
  name: t.text('server'),
  image: t.maybe(values.image(t)),
  port: t.maybe(t.number(8002)),
  user: t.maybe(values.podUser(t)),
  config: t.maybe({ LEVEL: t.text('info') }),
  replicas: t.maybe({ minReplicas: t.number(2), maxReplicas: t.number(3) }),
  exposure: t.maybe(kit.nodePort(t.number(30_092))),
  hostPort: t.maybe(t.number(8092)),
  containerDefaults: t.maybe({
    defaultRequest: { cpu: values.cpu(t), memory: values.size(t) },
    defaultLimit: { cpu: values.cpu(t, 200), memory: values.size(t, 512) },
  }),
  quota: t.maybe({ pods: t.number(10), extendedRequests: { [t.text('nvidia.com/gpu')]: t.number(2) } }),
});

/** Constructors and functions of the door of the inference stack, by their names there. */
export const inference: Readonly<Record<string, Call>> = {
  InferenceStack: stack(server),
  inference: entry((t) => ({ hostPort: t.number(8092), customize: () => {} })),
  inferenceNodePorts: {
    args: (_, t) => ({ props: { exposure: kit.nodePort(t.number(30_092)), hostPort: t.number(8092) } }),
  },
  inferenceChartValues: {
    args: (chart) => ({ stack: new inferenceDoor.InferenceStack(chart.node.root, 'stack') }),
  },
};
