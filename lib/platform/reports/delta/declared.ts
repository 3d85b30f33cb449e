import type { DeltaGroup } from './rules';

/** A difference between environments that is meant. */
export interface DeclaredDifference {
  /** The two environments, in any order. */
  readonly between: readonly [string, string];
  /** What differs: `Deployment inference-deploy`, `release mlflow`; `*` stands for any part of a name. */
  readonly of: string;
  /** Path of the field, and of all below it; `*` stands for any part of it. @default - a thing that one of them has alone */
  readonly path?: string;
  /** What it is about. */
  readonly group: DeltaGroup;
  /** Why it is meant, for whoever reads the report. */
  readonly because: string;
}

interface Differing {
  readonly of: string;
  readonly path?: string;
}

/** The declaration that a difference is meant, where there is one. */
export function declaredFor(
  declared: readonly DeclaredDifference[],
  environments: readonly [string, string],
  difference: Differing,
): DeclaredDifference | undefined {
  return declared.find((declaration) => declares(declaration, environments, difference));
}

function declares(
  { between, of, path = '' }: DeclaredDifference,
  environments: readonly [string, string],
  difference: Differing,
): boolean {
  const given = difference.path ?? '';
  return (
    [...between].sort().join() === [...environments].sort().join() &&
    pattern(of, '').test(difference.of) &&
    (path === '' ? given === '' : pattern(path, '(?:[.[].*)?').test(given))
  );
}

function pattern(text: string, rest: string): RegExp {
  return new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}${rest}$`);
}
