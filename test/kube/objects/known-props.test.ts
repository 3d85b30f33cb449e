import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as kit from '../../../lib';
import { requireKnownProps } from '../../../lib/kube/objects/known-props';
import * as observability from '../../../lib/observability';
import * as platform from '../../../lib/platform';
import * as fair from '../../../lib/stacks/fair';
import * as flts from '../../../lib/stacks/flts';
import * as inference from '../../../lib/stacks/inference';
import * as modelPlatform from '../../../lib/stacks/model-platform';

const library = { ...kit, ...observability, ...platform, ...fair, ...flts, ...inference, ...modelPlatform };

interface Props {
  readonly name: string;
  readonly replicas?: number;
}

const check = (props: object | undefined, prop?: string) =>
  requireKnownProps('demo', props as Props | undefined, 'name replicas?:number', prop);

describe('requireKnownProps', () => {
  it('takes properties of the type, those that are undefined, and nothing at all', () => {
    expect(() => check({ name: 'a', replicas: 2 })).not.toThrow();
    expect(() => check({ name: 'a', replicaz: undefined })).not.toThrow();
    expect(() => check(undefined, 'stacks')).not.toThrow();
  });

  it('does not compile with a list that lacks a property or has another', () => {
    const props: Props = { name: 'a' };
    // @ts-expect-error replicas is missing
    requireKnownProps('demo', props, 'name');
    // @ts-expect-error replicaz is none
    expect(() => requireKnownProps('demo', props, 'name replicas?:number replicaz?')).not.toThrow();
    // @ts-expect-error replicas are no string
    requireKnownProps('demo', props, 'name replicas?');
    // @ts-expect-error replicas may be left out
    expect(() => requireKnownProps('demo', props, 'name replicas:number')).toThrow("'replicas' must be a number");
    expectTypeOf(requireKnownProps<Props, 'replicas?:number name'>).toBeFunction();
  });

  it('fails for every other key, with place, property, what is allowed and the value', () => {
    expect(() => check({ name: 'a', replicaz: 3 })).toThrow(
      "demo: 'replicaz' must be a known property (name, replicas), got 3",
    );
    const others = fc.string({ minLength: 1 }).filter((key) => !['name', 'replicas', '__proto__'].includes(key));
    fc.assert(
      fc.property(others, (key) => {
        expect(() => check({ name: 'a', [key]: 1 }, 'stacks.a')).toThrow(
          `demo: 'stacks.a.${key}' must be a known property (name, replicas), got 1`,
        );
      }),
    );
  });

  it.each([false, true, 'on', 1, null, [], () => {}])('fails for %j, where an object is expected', (value) => {
    expect(() => check(value as unknown as object, 'mlflow')).toThrow(
      `demo: 'mlflow' must be an object (name, replicas) or be left out, got `,
    );
  });

  it('fails with a message even for a value that has no JSON', () => {
    expect(() => check({ other: new App() })).toThrow(
      "'other' must be a known property (name, replicas), got an object",
    );
  });
});

const constructs = Object.entries(library).flatMap(([name, value]) =>
  typeof value === 'function' && value.prototype instanceof Construct
    ? [{ name, create: value as new (...of: unknown[]) => Construct }]
    : [],
);

describe('the constructs of the library', () => {
  it('are many', () => expect(constructs.length).toBeGreaterThan(45));

  it.each(constructs.filter(({ name }) => !['ModelDeploymentCrd', 'Platform'].includes(name)))(
    '$name fails with a property that it does not have',
    ({ create }) => {
      const scope = create.prototype instanceof Chart ? new App() : new Chart(new App(), 'demo', { namespace: 'demo' });
      const props = { namespace: 'demo', name: 'demo', nodePools: [], bugs: 1 };
      expect(() => new create(scope, 'x', props)).toThrow(
        /'(bugs|namespace|name|nodePools)' must be a known property \(/,
      );
    },
  );
});
