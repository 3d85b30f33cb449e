import type { App } from 'cdk8s';
import * as kit from '../../../lib';
import type { StackContext, StackDefinition } from '../../../lib/platform';
import type { Call } from './call';
import { PLAIN, type Taste } from './taste';
import * as values from './values';

/** What is used of a stack: the same for every kind. */
export const stackProps = (t: Taste) => ({
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
export const stack = (props: (t: Taste) => object): Call => ({
  slow: true,
  args: (chart, t) => ({ scope: chart.node.root, id: 'stack', props: props(t) }),
});

const context: StackContext = {
  environment: 'calls',
  local: true,
  credentials: kit.localCredentials(),
  nodePools: [values.nodePool(PLAIN)],
  kubeContext: 'calls',
};

/** The call of what an environment lists, which is built afterwards. */
export const entry = (config: (t: Taste) => object): Call => ({
  slow: true,
  args: (_, t) => ({ config: config(t) }),
  after: (definition: StackDefinition, chart) => definition.build(chart.node.root as App, 'stack', context),
});

export const opened = (t: Taste) => {
  const { roleArn: _, ...bucket } = values.bucketConnection(t);
  return bucket;
};

export const hostPort = (t: Taste, nodePort: number) => ({ nodePort: t.number(nodePort), hostPort: t.number(8800) });

/** A value whose places are those of other calls. */
export const closed = <T extends object>(value: T): T => Object.create(value);
export const resources = (t: Taste) => ({ resources: closed(values.resources(t)) });
