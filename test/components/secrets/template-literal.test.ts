import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateLiteral } from '../../../lib/components/secrets/template-literal';
import { findProgram } from '../../deploy/helm/programs';

const kubectl = findProgram('kubectl');
const reason = kubectl === undefined ? 'no kubectl on the search path' : '';
if (reason !== '') console.warn(`template-literal.test.ts does not run all of its tests: ${reason}`);
// A machine without the program may skip these; CI may not.
const itRuns = reason === '' || process.env.CI === 'true' ? it : it.skip;

/** What Go makes of a template. */
function execute(template: string): string {
  const create = 'create secret generic x --dry-run=client --from-literal=a=b --output'.split(' ');
  const { stdout, stderr } = spawnSync(kubectl ?? '', [...create, `go-template=${template}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

describe('a literal in a Go template', () => {
  it('is itself where it opens no action', () => {
    expect(templateLiteral('postgres.fair.svc }} { {')).toBe('postgres.fair.svc }} { {');
  });

  itRuns(`comes out as it was${reason && ` (${reason})`}`, () => {
    const braces = fc.array(fc.constantFrom('{', '}', '{{', '}}', '-', ' ', '"', '`', '.a', '/*'), { maxLength: 8 });
    // All in one template: starting kubectl takes longer than what it does.
    const [texts = []] = fc.sample(
      fc.array(
        braces.map((parts) => parts.join('')),
        { minLength: 200, maxLength: 200 },
      ),
      1,
    );
    expect(execute(texts.map((text) => `${templateLiteral(text)}\n`).join(''))).toBe(
      texts.map((text) => `${text}\n`).join(''),
    );
  });
});
