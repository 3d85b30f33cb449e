import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { javascript } from '../../scripts/token-forms/translate';
import { describeProgram } from '../support/programs';
import { root } from '../support/sources';

const { GITLEAKS_RULES = resolve('.tools/gitleaks') } = process.env;
const found = existsSync(GITLEAKS_RULES) ? {} : `no rules of gitleaks in ${GITLEAKS_RULES}`;
const temporary = mkdtempSync(join(tmpdir(), 'token-forms-'));
afterAll(() => rmSync(temporary, { recursive: true }));

// Wrong after a new version of the rules? .ci/install-gitleaks-rules && npm run token-forms
describeProgram(found, 'the forms of tokens', () => {
  it('are what the rules of gitleaks and of secretlint say, byte for byte', () => {
    const target = join(temporary, 'token-forms.ts');
    const env = { ...process.env, GITLEAKS_RULES };
    const args = ['--import', 'tsx', 'scripts/token-forms.ts', target];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(join(root, 'lib/kube/credentials/token-forms.ts'), 'utf8'));
  });
});

describe('an expression of Go in JavaScript', () => {
  it.each([
    ['(?i)ab[c-d]', 'ab[c-d]', 'i'],
    ['a(b(?i)c[d-e])f', 'a(b[cC][D-Ed-e])f', ''],
    ['(?i:[a-z]{3})x', '(?:[A-Za-z]{3})x', ''],
    ['(?i)a(?-i:b)c', '[aA](?:b)[cC]', ''],
    ['[[:alnum:]_]{2}\\z', '[A-Za-z0-9_]{2}$', ''],
    ['(?P<name>a)', '(?:a)', ''],
    ['\\bkey-[\\w-]+\\x60', '\\bkey-[\\w-]+\\x60', ''],
  ])('%s is %s', (go, source, flags) => {
    expect(javascript(go)).toEqual({ source, flags });
  });

  it('matches any case where it stands for any case, and only there', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/), (any, exact) => {
        const { source, flags } = javascript(`^(?i:${any})${exact}$`);
        const expression = new RegExp(source, flags);
        expect(expression.test(`${any.toUpperCase()}${exact}`)).toBe(true);
        expect(expression.test(`${any.toLowerCase()}${exact}`)).toBe(true);
        expect(expression.test(`${any}${exact.toUpperCase()}`)).toBe(false);
      }),
    );
  });

  it('fails for a flag that JavaScript does not have within an expression', () => {
    expect(() => javascript('a(?s:.)')).toThrow('a flag that JavaScript does not have: (?s:');
  });
});
