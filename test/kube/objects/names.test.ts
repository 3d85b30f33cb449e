import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLabelValue,
  requireAnnotations,
  requireDataKey,
  requireDnsLabel,
  requireDnsSubdomain,
  requireLabels,
  requireNodePort,
  requirePort,
  requireServiceName,
} from '../../../lib/kube/objects/names';

type Check = (place: string, prop: string, value: string) => void;

/** Strings that are nearly names: the interesting ones are rare among all strings. */
const nearlyName = fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-', '.', 'A', '_', ' '), maxLength: 70 });

describe('a DNS label', () => {
  it.each(['a', '0', 'a-b', 'a--b', '9lives', 'a'.repeat(63)])('may be %j', accepted(requireDnsLabel));

  it.each(['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a b', 'ä', 'a\n', 'a'.repeat(64)])('fails for %j', (value) => {
    expect(() => requireDnsLabel('dev', 'name', value)).toThrow(
      `dev: 'name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got '${value}'`,
    );
  });

  it('is always a DNS name, too', () => {
    fc.assert(
      fc.property(nearlyName, (value) => {
        fc.pre(accepts(requireDnsLabel, value));
        expect(accepts(requireDnsSubdomain, value)).toBe(true);
      }),
    );
  });
});

describe('the name of a Service', () => {
  it.each(['a', 'a0', 'postgres-headless'])('may be %j', accepted(requireServiceName));

  it.each(['0a', '-a', 'a-', 'a.b', 'a'.repeat(64)])('fails for %j', (value) => {
    expect(() => requireServiceName('dev', 'name', value)).toThrow(
      `dev: 'name' must be a DNS label that starts with a letter (lower-case letters, digits and '-', at most 63), got '${value}'`,
    );
  });

  it('is always a DNS label, too', () => {
    fc.assert(
      fc.property(nearlyName, (value) => {
        fc.pre(accepts(requireServiceName, value));
        expect(accepts(requireDnsLabel, value)).toBe(true);
      }),
    );
  });
});

describe('a DNS name', () => {
  it.each(['a', 'a.b', '0.a-b.c', `${'a'.repeat(63)}.b`])('may be %j', accepted(requireDnsSubdomain));

  it.each(['', '.a', 'a.', 'a..b', 'a.-b', 'A.b', 'a'.repeat(254)])('fails for %j', (value) => {
    expect(() => requireDnsSubdomain('dev', 'name', value)).toThrow(
      `dev: 'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got '${value}'`,
    );
  });
});

describe('a key of a ConfigMap or a Secret', () => {
  it.each(['a', '.pgpass', 'init-databases.sql', 'AWS_ACCESS_KEY_ID', 'a..b'])('may be %j', accepted(requireDataKey));

  it.each(['', '.', '..', '..a', 'a/b', 'a b', 'a'.repeat(254)])('fails for %j', (key) => {
    expect(() => requireDataKey('dev', 'data', key)).toThrow(
      `dev: 'data' must have keys of at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…', got '${key}'`,
    );
  });
});

describe('a port', () => {
  it.each([1, 80, 65535])('may be %d', (port) => {
    expect(() => requirePort('dev', 'port', port)).not.toThrow();
  });

  it.each([0, -1, 65536, 80.5, Number.NaN])('fails for %d', (port) => {
    expect(() => requirePort('dev', 'port', port)).toThrow(`dev: 'port' must be a port from 1 to 65535, got ${port}`);
  });
});

describe('a node port', () => {
  it.each([30000, 32767])('may be %d', (port) => {
    expect(() => requireNodePort('dev', 'nodePort', port)).not.toThrow();
  });

  it.each([80, 29999, 32768, 30000.5])('fails for %d', (port) => {
    expect(() => requireNodePort('dev', 'nodePort', port)).toThrow(
      `dev: 'nodePort' must be a node port from 30000 to 32767, got ${port}`,
    );
  });
});

describe('labels', () => {
  it.each(['', 'a', 'A.b_c-d', '0', 'v1.2.3'])('may have the value %j', (value) => {
    expect(isLabelValue(value)).toBe(true);
    expect(() => requireLabels('dev', 'labels', { key: value })).not.toThrow();
  });

  it.each(['-a', 'a-', 'a b', 'a/b', 'a:b', 'a'.repeat(64)])('fails for the value %j', (value) => {
    expect(isLabelValue(value)).toBe(false);
    expect(() => requireLabels('dev', 'labels', { key: value })).toThrow(
      `dev: 'labels.key' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got '${value}'`,
    );
  });

  it.each(['a', 'App', 'example.org/a', 'nvidia.com/gpu.present', `${'a'.repeat(253)}/x`])(
    'may have the key %j',
    (key) => {
      expect(() => requireLabels('dev', 'labels', { [key]: '' })).not.toThrow();
    },
  );

  it.each(['', '/a', 'a/', 'a/b/c', 'Example.org/a', '-a', 'a b', 'a'.repeat(64), `${'a'.repeat(254)}/x`])(
    'fails for the key %j',
    (key) => {
      expect(() => requireLabels('dev', 'labels', { [key]: '' })).toThrow(
        `dev: 'labels' must have keys of the form name or domain/name (letters, digits, '-', '_' and '.'), got '${key}'`,
      );
    },
  );
});

describe('annotations', () => {
  it.each(['a', 'Example.org/a', 'nginx.ingress.kubernetes.io/proxy-body-size'])('may have the key %j', (key) => {
    expect(() => requireAnnotations('dev', 'annotations', { [key]: 'any text: at all' })).not.toThrow();
  });

  it.each(['', 'a b', '/a', 'A b/c', 'a'.repeat(64)])('fails for the key %j', (key) => {
    expect(() => requireAnnotations('dev', 'annotations', { [key]: '' })).toThrow(
      `dev: 'annotations' must have keys of the form name or domain/name (letters, digits, '-', '_' and '.'), got '${key}'`,
    );
  });
});

function accepted(check: Check) {
  return (value: string) => expect(() => check('dev', 'name', value)).not.toThrow();
}

function accepts(check: Check, value: string): boolean {
  try {
    check('dev', 'name', value);
    return true;
  } catch {
    return false;
  }
}
