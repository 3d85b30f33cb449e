import type { App } from 'cdk8s';
import { dev } from '../environments';
import { allowLocalCredentials, setNodePools } from '../lib';
import { FairStack } from '../lib/stacks/fair';

/** The fAIr stack of `dev`, a number of times, each in a namespace of its own. */
export function fairStacks(app: App, copies: number): FairStack[] {
  const { fair } = dev.stacks;
  if (fair === undefined) throw new Error('dev has no stack fair');
  allowLocalCredentials(app);
  setNodePools(app, dev.nodePools);
  return Array.from({ length: copies }, (_, index) => {
    const namespace = `fair-${index + 1}`;
    return new FairStack(app, namespace, { ...fair, namespace });
  });
}
