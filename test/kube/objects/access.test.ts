import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccessRule, type ApiCalls, accessRules, type Verb } from '../../../lib/kube/objects/access';

const reason = 'because';

/** Every single call that rules allow. */
const allowed = (rules: readonly AccessRule[]) =>
  rules
    .flatMap(({ apiGroup, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${apiGroup}/${resource}`)),
    )
    .sort();

const verbs = fc.uniqueArray(fc.constantFrom<Verb>('get', 'list', 'watch', 'create', 'update', 'patch', 'delete'), {
  minLength: 1,
});
const calls: fc.Arbitrary<ApiCalls> = fc.record({
  apiGroup: fc.constantFrom('', 'apps', 'ml.example.com'),
  resource: fc.constantFrom('pods', 'pods/log', 'deployments', 'deployments/status'),
  verbs: verbs as fc.Arbitrary<[Verb]>,
  reason: fc.constant(reason),
});

describe('accessRules', () => {
  test('allow each declared call once, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(calls), (list) => {
        const declared = list.flatMap(({ apiGroup, resource, verbs }) =>
          verbs.map((verb) => `${verb} ${apiGroup}/${resource}`),
        );
        expect(allowed(accessRules(list))).toEqual([...new Set(declared)].sort());
      }),
    );
  });

  test('share a rule between resources of a group with the same verbs, in one order of verbs', () => {
    expect(
      accessRules([
        { apiGroup: 'apps', resource: 'deployments', verbs: ['patch', 'get'], reason },
        { apiGroup: 'apps', resource: 'statefulsets', verbs: ['get'], reason },
        { apiGroup: '', resource: 'services', verbs: ['get', 'patch'], reason },
        { apiGroup: 'apps', resource: 'statefulsets', verbs: ['patch'], reason },
      ]),
    ).toEqual([
      { apiGroup: 'apps', resources: ['deployments', 'statefulsets'], verbs: ['get', 'patch'] },
      { apiGroup: '', resources: ['services'], verbs: ['get', 'patch'] },
    ]);
  });

  test('allow nothing to who calls nothing', () => {
    expect(accessRules([])).toEqual([]);
  });
});
