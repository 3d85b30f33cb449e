import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateLiteral } from '../../../lib/components/secrets/secret-template';
import { findPrograms } from '../../platform/releases/programs';
import { describeProgram } from '../../support/programs';

/** What Go makes of a template. */
function execute(kubectl: string, template: string): string {
  const create = 'create secret generic x --dry-run=client --from-literal=a=b --output'.split(' ');
  const { stdout, stderr } = spawnSync(kubectl, [...create, `go-template=${template}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

describe('a literal in a Go template', () => {
  it('is itself where it opens no action', () => {
    expect(templateLiteral('postgres.fair.svc }} { {')).toBe('postgres.fair.svc }} { {');
  });
});

describeProgram(findPrograms('kubectl'), 'a literal in a Go template', (programs) => {
  it('comes out as it was', () => {
    const braces = fc.array(fc.constantFrom('{', '}', '{{', '}}', '-', ' ', '"', '`', '.a', '/*'), { maxLength: 8 });
    // All in one template: starting kubectl takes longer than what it does.
    const [texts = []] = fc.sample(
      fc.array(
        braces.map((parts) => parts.join('')),
        { minLength: 200, maxLength: 200 },
      ),
      1,
    );
    const template = texts.map((text) => `${templateLiteral(text)}\n`).join('');
    expect(execute(programs().kubectl, template)).toBe(texts.map((text) => `${text}\n`).join(''));
  });
});
