import { describe, expect, it } from 'vitest';
import { type DeclaredDifference, declaredFor } from '../../../../lib/platform/reports/delta/declared';

const declaration: DeclaredDifference = {
  between: ['dev', 'prod'],
  of: 'release mlflow',
  path: 'values.extra[a.b]',
  group: 'releases',
  because: 'it is so',
};

/** Whether a declaration, changed so, covers a difference between two environments. */
function covers(
  change: Partial<DeclaredDifference>,
  difference: { readonly of: string; readonly path?: string },
  environments: readonly [string, string] = ['dev', 'prod'],
): boolean {
  return declaredFor([{ ...declaration, ...change }], environments, difference) !== undefined;
}

describe('a declared difference', () => {
  const found = { of: 'release mlflow', path: 'values.extra[a.b]' };

  it('is the one of this thing and path, in both directions', () => {
    expect(covers({}, found)).toBe(true);
    expect(covers({}, found, ['prod', 'dev'])).toBe(true);
    expect(covers({}, found, ['ci', 'prod'])).toBe(false);
    expect(covers({}, { ...found, of: 'release mlflow2' })).toBe(false);
    expect(covers({}, { ...found, path: 'values.extra[a-b]' })).toBe(false);
  });

  it('has all fields below its path, and no other that begins alike', () => {
    expect(covers({ path: 'values.extra' }, found)).toBe(true);
    expect(covers({ path: 'values.ext' }, found)).toBe(false);
    expect(covers({ path: 'values' }, { ...found, path: 'values' })).toBe(true);
  });

  it('may leave out parts of a name or a path', () => {
    expect(covers({ of: 'release *', path: '*.extra' }, found)).toBe(true);
    expect(covers({ of: 'Deployment *' }, found)).toBe(false);
  });

  it('is, without a path, of a thing that one of them has alone', () => {
    expect(covers({ path: undefined }, { of: 'release mlflow' })).toBe(true);
    expect(covers({ path: undefined }, found)).toBe(false);
  });
});
