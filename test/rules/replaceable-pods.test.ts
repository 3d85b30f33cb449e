import { object } from '../support/manifests';
import { describeRule, eachObject, world } from '../support/rules';

const rule = eachObject(({ kind, spec }) =>
  kind === 'StatefulSet' && spec.podManagementPolicy !== 'Parallel'
    ? ['a pod that never becomes ready is not replaced when its template is mended']
    : [],
);

const set = (spec: object) => world([object('StatefulSet', 'db', { spec })]);

describeRule('a mended StatefulSet replaces pods that never became ready', rule, {
  good: [set({ podManagementPolicy: 'Parallel' })],
  bad: [
    [set({}), 'StatefulSet db: a pod that never becomes ready is not replaced when its template is mended'],
    [
      set({ podManagementPolicy: 'OrderedReady' }),
      'StatefulSet db: a pod that never becomes ready is not replaced when its template is mended',
    ],
  ],
});
