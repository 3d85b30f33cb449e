import { describe, expect, it } from 'vitest';
import type { Call } from './support/calls/call';
import { doors } from './support/calls/doors';
import { callable, chartForCalls, FIRST, isOurs, written } from './support/calls/run';
import { PLAIN } from './support/calls/taste';
import { emptyFor, places, replaced, wrongFor } from './support/calls/wrong';

/** A contributor gets two wrong values at each place, and no whole stacks; CI has all. */
const BRIEF = process.env.CI !== 'true';

/** Places that take other forms, too, or any value: a sample has one of them. */
const OTHER_FORMS: readonly RegExp[] = [
  /^patch operation\.value/,
  /^InvalidPropError /,
  /[ .]env\.\w+$/,
  /^\w+ options\.wait$/,
  /\.podPort$|^\w+ ports\.0$/,
  /^Inference(Service|Stack) props\.replicas$/,
  /Selector matchers\.code$|^selector matchers\.code$/,
];

/** What an empty value may do: work, or find nothing. */
const PASSES = / passes$|: Error: there must be one /;

describe.each(Object.entries(doors))('calls of %s from JavaScript', (_, { exports, calls }) => {
  it('are known for every constructor and function', () => {
    const exported = Object.entries(exports).filter(([, value]) => typeof value === 'function');
    const known = new Set(Object.keys(calls).map((name) => name.split('.')[0]));
    expect(exported.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  const quick = Object.entries(calls).filter(([, { slow }]) => !BRIEF || slow !== true);

  it.each(Object.entries(calls))('%s works as documented', (name, call) => {
    expect(() => written(exports, name, call, PLAIN)).not.toThrow();
  });

  it.each(quick)('%s fails with an error of the library for each wrong value', (name, call) => {
    const samples = places(call.args(chart(name), PLAIN));
    const failures = samples.flatMap(({ steps, value }) =>
      wrongFor(value, BRIEF || call.slow).flatMap((wrong) => answer(callable(exports, name), name, call, steps, wrong)),
    );
    expect(failures.join('\n')).toBe('');
  });

  it.each(quick)('%s fails with an error of the library, or works, for each empty list and object', (name, call) => {
    const samples = places(call.args(chart(name), PLAIN));
    const failures = samples.flatMap(({ steps, value }) =>
      emptyFor(value).flatMap((empty) =>
        answer(callable(exports, name), name, call, steps, empty).filter((text) => !PASSES.test(text)),
      ),
    );
    expect(failures.join('\n')).toBe('');
  });
});

function answer(
  callee: (...args: unknown[]) => unknown,
  name: string,
  call: Call,
  steps: readonly (string | number)[],
  wrong: unknown,
): string[] {
  const at = `${name} ${steps.join('.')}`;
  const scope = chart(name);
  const args = replaced(call.args(scope, PLAIN), steps, wrong);
  const shown = `${at} = ${typeof wrong === 'function' ? 'a function' : JSON.stringify(wrong)}`;
  try {
    const result = callee(...Object.values(args));
    call.after?.(result as never, scope, PLAIN);
    return OTHER_FORMS.some((place) => place.test(at)) ? [] : [`${shown} passes`];
  } catch (error) {
    return isOurs(error) ? [] : [`${shown}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`];
  }
}

function chart(name: string) {
  return chartForCalls(!FIRST.includes(name));
}
