import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './support/sources';

/** Lines that keep something in a module or a class, but for tables that nobody writes to. */
function ownState({ path, text }: SourceFile): string[] {
  const keeps = [
    /\bnew Weak(Map|Set)\b|^(export )?(let|var)\b/,
    /^((export )?const|.*\bstatic)\b(?!.*: Readonly(Map|Set)<).*= (new (Map|Set)\b|\[\];|\{\};)/,
  ];
  return text
    .split('\n')
    .filter((line) => keeps.some((form) => form.test(line)))
    .map((line) => `${path}: ${line.trim()}`);
}

/** Classes that `instanceof` is asked for. Errors of props, Charts and ApiObjects answer by their shape. */
function foreignClasses({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/ instanceof ([\w.]+)/g)]
    .filter(([, name = '']) => !['RegExp', 'Map', 'Error', 'InvalidPropError', 'Chart', 'ApiObject'].includes(name))
    .map(([, name]) => `${path}: ${name}`);
}

const library = sourceFiles('lib');

describe('a file', () => {
  it('of the library keeps no state of its own: a second copy of the package would not see it', () => {
    // What a pure function returned is the same for every copy.
    const memo = 'lib/kube/objects/known-props.ts: const read = new Map<string, Check>();';
    expect(library.flatMap(ownState)).toEqual([memo]);
  });

  it.each([
    'const made = new WeakMap<IConstruct, object>();',
    'export const providers = new Map<string, Provider>();',
    'private static readonly taken = new Set<number>();',
    'const names: string[] = [];',
    'let count = 0;',
  ])('fails for state of its own: %s', (line) => {
    expect(ownState(sourceFile('lib/kube/a.ts', line))).toEqual([`lib/kube/a.ts: ${line}`]);
  });

  it.each([
    'const NAMES: ReadonlySet<string> = new Set([]);',
    '  const seen = new Set<string>();',
    '  private readonly groups = new Set<string>();',
  ])('of the library may have %s', (line) => {
    expect(ownState(sourceFile('lib/kube/a.ts', line))).toEqual([]);
  });

  it('of the library knows values by their shape: those of another copy or version are of no class of ours', () => {
    expect(library.flatMap(foreignClasses)).toEqual([]);
  });

  it.each([
    ['if (value instanceof k8s.Quantity) return value.value;', ['k8s.Quantity']],
    ['const own = volume instanceof Volume && env instanceof EnvValue;', ['Volume', 'EnvValue']],
  ])('fails where a value is known by its class: %s', (line, classes) => {
    expect(foreignClasses(sourceFile('lib/kube/a.ts', line))).toEqual(classes.map((name) => `lib/kube/a.ts: ${name}`));
  });

  it('of the library may ask for the classes of JavaScript, and for those that answer by their shape', () => {
    const line = 'if (error instanceof InvalidPropError || pattern instanceof RegExp) return;';
    expect(foreignClasses(sourceFile('lib/kube/a.ts', line))).toEqual([]);
  });
});
