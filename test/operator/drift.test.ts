import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drift } from '../../operator/src/drift';

test('an object is as wanted whatever others have added to it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^w[a-z]{1,4}$/), fc.jsonValue()), fc.jsonValue(), (wanted, other) => {
      expect(drift(wanted, wanted)).toBeUndefined();
      expect(drift(wanted, { ...wanted, other })).toBeUndefined();
    }),
  );
});

test('an object that lacks a wanted field, or has another value, is not as wanted', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^w[a-z]{1,4}$/), fc.integer({ min: 1 }), { minKeys: 1 }), (wanted) => {
      const [key = '', value = 0] = Object.entries(wanted)[0] ?? [];
      const { [key]: _, ...lacking } = wanted;
      expect(drift(wanted, lacking)).toBe(key);
      expect(drift(wanted, { ...wanted, [key]: value + 1 })).toBe(key);
    }),
  );
});

test.each([
  ['a container that somebody added', { containers: [{ name: 'b' }] }, { containers: [{ name: 'a' }, { name: 'b' }] }],
  ['a number that the API server leaves out', { initialDelaySeconds: 0 }, {}],
  ['a default', { ports: [{ port: 80 }] }, { ports: [{ port: 80, protocol: 'TCP' }] }],
])('%s is no drift', (_, wanted, live) => {
  expect(drift(wanted, live)).toBeUndefined();
});

test.each([
  ['another amount', { limits: { cpu: '500m' } }, { limits: { cpu: '501m' } }, 'limits.cpu'],
  ['a further word of a selector', { selector: { a: 'b' } }, { selector: { a: 'b', c: 'd' } }, 'selector'],
  [
    'a further toleration',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'a' }, { key: 'b' }] },
    'tolerations',
  ],
  ['a further word of a command', { command: ['a'] }, { command: ['a', 'b'] }, 'command'],
  ['words in another order', { command: ['a', 'b'] }, { command: ['b', 'a'] }, 'command[0]'],
  ['a container that is gone', { containers: [{ name: 'a' }] }, { containers: [] }, 'containers[0]'],
  ['a whole list that is gone', { containers: [{ name: 'a' }] }, {}, 'containers[0]'],
])('fails for %s', (_, wanted, live, path) => {
  expect(drift(wanted, live)).toBe(path);
});
