import { beforeAll, describe, it } from 'vitest';

/**
 * `describe`, for what needs a program: a machine without it skips that and says why; in CI it fails.
 * @param found - the program, or why this machine does not have it; a program that is a path is wrapped in an object
 * @param tests - what `describe` takes. It runs where it is skipped, too: the program is there in tests and hooks alone
 */
export function describeProgram<T extends object>(
  found: T | string,
  title: string,
  tests: (program: () => T) => void,
): void {
  if (typeof found !== 'string') {
    describe(title, () => tests(() => found));
    return;
  }
  const titleAndReason = `${title} (${found})`;
  console.warn(`does not run: ${titleAndReason}`);
  const fail = () => {
    throw new Error(found);
  };
  describe.skipIf(process.env.CI !== 'true')(titleAndReason, () => {
    // Also what never asks for the program fails: it may start it by its name.
    beforeAll(fail);
    tests(fail);
  });
}

/** `describe`, for what takes so long that a contributor would wait for it: CI runs it, and `CI=true npx vitest run`. */
export function describeLong(title: string, tests: () => void): void {
  describeProgram(process.env.CI === 'true' ? {} : LONG, title, tests);
}

/** `it`, as {@link describeLong}. */
export function itLong(title: string, test: () => void | Promise<void>): void {
  const isSkipped = process.env.CI !== 'true';
  it.skipIf(isSkipped)(isSkipped ? `${title} (${LONG})` : title, test);
}

const LONG = 'takes long: CI=true runs it';
