import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCredentials } from '../../../lib/kube/credentials/scan';

/** What is found in a document, one a line: `path: what`. */
function found(document: unknown): string[] {
  return findCredentials(document).map(({ path, what }) => `${path}: ${what}`);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('for all documents', () => {
  /** Literals that are neither words nor names made of words; those of a 7 hold parts of references. */
  const credential = fc.oneof(
    fc.stringMatching(/^[A-Za-z]\d[A-Za-z]\d[A-Za-z0-9!]{7,30}[A-Za-z]$/),
    fc.stringMatching(/^7[A-Z][A-Za-z0-9%$()*]{7,30}[A-Za-z]$/),
  );
  /** All of what leads to a credential. */
  const reference = fc
    .stringMatching(/^[A-Z][A-Z_]{3,10}$/)
    .chain((name) =>
      fc.constantFrom(
        ...[`$(${name})`, `$${name}`, `\${${name}}`, `{{${name}}}`, `{{ .${name} }}`, `{${name}}`],
        ...[`<${name}>`, `‹${name}›`, '%s', `%(${name})s`],
      ),
    );
  const secretName = fc
    .tuple(
      fc.constantFrom('', 'db', 'admin', 'my-app', 'X'),
      fc.constantFrom(
        'PASSWORD',
        'password',
        'Password',
        'SECRET_KEY',
        'apiKey',
        'accessKeyId',
        'client-secret',
        'passphrase',
      ),
    )
    .map(([first, last]) => (first === '' ? last : `${first}_${last}`));
  const plainName = fc.constantFrom('spec', 'data', 'containers', 'values', 'config', 'example.org/x');
  /** The places that a credential can be in, with what must be found there. */
  const places = fc
    .tuple(secretName, credential)
    .chain(([name, value]) =>
      fc
        .constantFrom<unknown>(
          { [name]: value },
          { name, value },
          [`--${name}=${value}`],
          [`--${name}`, value],
          `run ${name}=${value} app`,
          `{"${name}": "${value}"}`,
          `a:\n  ${name}: ${value}\n`,
          `https://${name}:${value}@example.org/`,
          base64(`x=1 ${name}=${value}`),
        )
        .map((place) => ({ place, value })),
    );
  const nested = fc
    .tuple(places, fc.array(fc.oneof(plainName, fc.nat(3)), { maxLength: 6 }))
    .map(([{ place, value }, path]) => ({
      value,
      document: path.reduceRight<unknown>(
        (inner, step) =>
          typeof step === 'string' ? { before: 'x', [step]: inner } : [...Array(step).fill(null), inner],
        place,
      ),
    }));

  it('a credential is found wherever it is, and is not shown', () => {
    fc.assert(
      fc.property(nested, ({ document, value }) => {
        const findings = found(document);
        expect(findings).not.toEqual([]);
        expect(findings.join()).not.toContain(value);
      }),
    );
  });

  it('a reference is none, wherever it is', () => {
    fc.assert(
      fc.property(secretName, reference, (name, value) => {
        const texts = [`--${name}=${value}`, `run ${name}="${value}" app`, `{"${name}": "${value}"}`];
        const url = `postgresql://app:${value.replaceAll(' ', '')}@db/app`;
        expect(found({ [name]: value, env: [{ name, value }], list: [`--${name}`, value], texts, url })).toEqual([]);
      }),
    );
  });

  it('the same value under a plain name is none', () => {
    fc.assert(
      fc.property(plainName, credential, (name, value) => {
        expect(found({ [name]: value, list: [value, `--${name}=${value}`], [`${name}s`]: { name, value } })).toEqual(
          [],
        );
      }),
    );
  });

  it('it ends, without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ maxLength: 2000 }), (value, text) => {
        expect(Array.isArray(findCredentials([value, text]))).toBe(true);
      }),
    );
  });

  it('takes a time that grows with the text and not faster', () => {
    const start = process.cpuUsage();
    for (const unit of [
      'password=',
      '"a": ',
      'a: b\n',
      'https://a:',
      "password '",
      '-----BEGIN ',
      'A',
      'eyJaaaaaaaaaaaa.',
      'password=$(',
      'password="$(a) ',
      `https://\${a}`,
      `\${a}`,
      '{{',
      'pass ',
      'mysql ',
      'kind: Secret\n',
      '- --password\n',
      'a:b@c ',
    ]) {
      findCredentials(unit.repeat(100_000 / unit.length));
    }
    // Of this process alone, in microseconds: what is quadratic takes a minute.
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  });
});
