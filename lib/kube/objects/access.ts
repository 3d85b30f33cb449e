import { requireKnownProps } from './known-props';

/** What may be done with a resource. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** Calls to the API server that are allowed: every verb on every resource of one API group. */
export interface AccessRule {
  /** API group; `''` is the core group. */
  readonly apiGroup: string;
  /** Resources and subresources: `pods`, `pods/log`. */
  readonly resources: readonly [string, ...string[]];
  /** Names of the objects; they hold back `create` and `list`, too. @default - all of them */
  readonly resourceNames?: readonly [string, ...string[]];
  readonly verbs: readonly [Verb, ...Verb[]];
}

/** The calls to the API server that a program makes of one resource. */
export interface ApiCalls {
  /** API group; `''` is the core group. */
  readonly apiGroup: string;
  /** A resource, or a subresource, which no rule about the resource covers: `deployments/status`. */
  readonly resource: string;
  readonly verbs: readonly [Verb, ...Verb[]];
  /** Why the program makes them. */
  readonly reason: string;
}

/** The rules that allow exactly these calls: resources of one group with the same verbs share a rule. */
export function accessRules(calls: readonly ApiCalls[]): readonly AccessRule[] {
  const verbsOf = new Map<string, Set<Verb>>();
  requireKnownProps('accessRules()', { calls }, 'calls:object[]');
  for (const call of calls) {
    requireKnownProps('accessRules()', call, 'apiGroup resource verbs:string[] reason', 'calls');
    const { apiGroup, resource, verbs } = call;
    const key = `${apiGroup} ${resource}`;
    verbsOf.set(key, new Set([...(verbsOf.get(key) ?? []), ...verbs]));
  }
  const rules = new Map<string, AccessRule>();
  for (const [key, set] of verbsOf) {
    const [apiGroup = '', resource = ''] = key.split(' ');
    const verbs = VERBS.filter((verb) => set.has(verb)) as [Verb, ...Verb[]];
    const rule = `${apiGroup} ${verbs.join()}`;
    rules.set(rule, { apiGroup, resources: [...(rules.get(rule)?.resources ?? []), resource] as [string], verbs });
  }
  return [...rules.values()];
}

const VERBS: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
