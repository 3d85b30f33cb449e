import { App } from 'cdk8s';
import * as kit from '../../../lib';
import * as inferenceDoor from '../../../lib/stacks/inference';
import type { Call } from './call';
import { entry, stack, stackProps } from './stacks';
import type { Taste } from './taste';
import * as values from './values';

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
    args: () => {
      const other = (changes: inferenceDoor.InferenceStackProps) =>
        new inferenceDoor.InferenceStack(new App(), 'stack', changes);
      return { stack: other({}), other };
    },
  },
};
