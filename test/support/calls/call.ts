import type { Chart } from 'cdk8s';
import * as kit from '../../../lib';
import type { Taste } from './taste';
import * as values from './values';

/** A call of a constructor or a function of the library. */
export interface Call {
  /** Its arguments, by their names. */
  readonly args: (chart: Chart, t: Taste) => Readonly<Record<string, unknown>>;
  /** It takes long: two wrong values are tried at each place. @default false */
  readonly slow?: boolean;
  /** What is done with its result. */
  readonly after?: (result: never, chart: Chart, t: Taste) => void;
}

/** 600 bytes, as `kubeseal --raw` prints them: a ciphertext of RSA with 512 bytes, and that of AES. */
export const SEALED = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(598, 7)]).toString('base64');

/** The call of a construct. */
export function construct(props: (t: Taste, chart: Chart) => object): Call {
  return { args: (scope, t) => ({ scope, id: 'call', props: props(t, scope) }) };
}

/** The identity of pods with the ports that Services lead to. */
export function backed(chart: Chart, t: Taste): kit.Identity {
  const identity = values.identity(t);
  const container = { ...values.container(t), ports: { http: 8080, metrics: 9090 } };
  new kit.Deployment(chart, 'backed', { identity, pod: { containers: [container], securityContext: { user: 1000 } } });
  return identity;
}
