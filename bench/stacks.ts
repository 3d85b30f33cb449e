import type { App, Chart } from 'cdk8s';
import { dev } from '../environments';
import { allowLocalCredentials, localCredentials, setNodePools } from '../lib';

/** The fAIr stack of `dev`, a number of times, each in a namespace of its own. */
export function fairStacks(app: App, copies: number): Chart[] {
  const { nodePools, name: environment, stacks } = dev;
  allowLocalCredentials(app);
  setNodePools(app, nodePools);
  for (let copy = 1; copy <= copies; copy++) {
    stacks.fair?.build(app, `fair-${copy}`, { environment, local: true, credentials: localCredentials(), nodePools });
  }
  return app.charts;
}
