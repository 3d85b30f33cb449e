import { App, Chart } from 'cdk8s';
import { allowLocalCredentials, isolate } from '../../../lib';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { synth } from '../../../lib/testing';
import type { Call } from './call';
import type { Taste } from './taste';

export const NAMESPACE = 'calls';

/** The callable of a door with this name; `Volume.claim` is a static one. */
export function callable(door: object, name: string): (...args: unknown[]) => unknown {
  const [first = '', member] = name.split('.');
  const found = Reflect.get(door, first);
  if (member !== undefined) return (...args) => Reflect.get(found, member).apply(found, args);
  return /^class /.test(Function.prototype.toString.call(found))
    ? (...args) => new found(...args)
    : (...args) => found(...args);
}

/** A chart for calls: in an isolated namespace, with documented credentials. */
export function chartForCalls(isIsolated = true): Chart {
  const app = new App();
  allowLocalCredentials(app);
  const chart = new Chart(app, 'calls', { namespace: NAMESPACE });
  if (isIsolated) isolate(chart);
  return chart;
}

/** They are called before anything else is in the chart. */
export const FIRST: readonly string[] = [
  'isolate',
  'allowLocalCredentials',
  'setNodePools',
  'setImageSettings',
  'setClusterSettings',
  'setKubernetesVersion',
  'applyServerSide',
];

/** What an app writes with a call. @throws the error of the call, or of the synth */
export function written(door: object, name: string, call: Call, t: Taste): Manifest[] {
  const chart = chartForCalls(!FIRST.includes(name) && t.one(true, false));
  const result = callable(door, name)(...Object.values(call.args(chart, t)));
  call.after?.(result as never, chart, t);
  return synth(chart);
}

/** Whether an error is one of the library: the place, the property, what is allowed and what was given. */
export function isOurs(error: unknown): boolean {
  const { message } = error as Error;
  return OURS.test(message) || message.startsWith('Validation failed with the following errors:');
}

const OURS = /^\S.*: '.+' must .+, got /s;
