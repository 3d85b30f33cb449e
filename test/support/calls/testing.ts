import { ApiObject, App, Chart } from 'cdk8s';
import * as kit from '../../../lib';
import type { Call } from './call';
import type { Taste } from './taste';

const object = (chart: Chart) => {
  new kit.ConfigMap(chart, 'call', { name: 'call', data: { a: 'b' } });
  return chart;
};

/** Functions of the door of tests, by their names there. */
export const testing: Readonly<Record<string, Call>> = {
  synth: { args: (construct) => ({ construct }) },
  objectOf: {
    args: (chart, t: Taste) => ({ construct: object(chart), kind: t.text('ConfigMap'), name: t.maybe(t.text('call')) }),
  },
  findObject: {
    args: (_, t: Taste) => ({
      objects: [Object.create({ kind: 'ConfigMap', metadata: { name: 'call' } })],
      kind: t.text('ConfigMap'),
      name: t.maybe(t.text('call')),
    }),
  },
  synthError: {
    args: () => {
      const construct = new Chart(new App(), 'call');
      new ApiObject(construct, 'call', { apiVersion: 'v1', kind: 'Pod' });
      construct.node.addValidation({ validate: () => ['it is wrong'] });
      return { construct };
    },
  },
};
