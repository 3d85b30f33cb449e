import { describe, expect, it } from 'vitest';
import { LocalSecret, type LocalSecretProps } from '../../../lib/components/secrets/secret';
import { expectEachPropToMatter, objectOf, synthError, testChart } from '../../support/synth';

const minimal: LocalSecretProps = { name: 'db', data: { username: 'postgres', password: 'pässword' } };
const all: Required<LocalSecretProps> = { ...minimal, type: 'kubernetes.io/basic-auth', labels: { reload: 'true' } };

describe('a Secret of a local environment', () => {
  it('is data as the API server stores it, not stringData', () => {
    expect(render(minimal)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'demo' },
      type: 'Opaque',
      data: { username: 'cG9zdGdyZXM=', password: 'cMOkc3N3b3Jk' },
    });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<LocalSecretProps>(render, all, {
      name: 'other',
      data: { username: '' },
      type: 'Opaque',
      labels: { reload: 'false' },
    });
  });

  it('hands out a reference whose checksum changes with its data', () => {
    const refOf = (data: Record<string, string>) =>
      new LocalSecret(testChart({ local: true }), 'a', { name: 'db', data }).ref;
    expect(refOf({ a: '1' }).name).toBe('db');
    expect(refOf({ a: '1' }).checksum).toBe(refOf({ a: '1' }).checksum);
    expect(refOf({ a: '1' }).checksum).not.toBe(refOf({ a: '2' }).checksum);
  });

  it('fails outside a local environment', () => {
    expect(() => new LocalSecret(testChart(), 'secret', all)).toThrow(
      "demo/secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'db'",
    );
  });

  it('never shows a value in an error', () => {
    const chart = testChart();
    expect(() => new LocalSecret(chart, 'a', { name: 'db', data: { password: 'hunter2' } })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });

  it.each<[string, Partial<LocalSecretProps>, string]>([
    [
      'a name that is no DNS name',
      { name: 'DB' },
      "'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'DB'",
    ],
    ['no data', { data: {} }, "'data' must have a key, got {}"],
    [
      'a key with a space',
      { data: { 'a b': '' } },
      "'data' must have keys of at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…', got 'a b'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => render({ ...all, ...props })).toThrow(`demo/secret: ${message}`);
  });

  it('fails where another has its name', () => {
    const chart = testChart({ local: true });
    new LocalSecret(chart, 'one', all);
    new LocalSecret(chart, 'two', all);
    expect(synthError(chart)).toContain("'name' must be unique for a Secret in namespace 'demo', got 'db'");
  });
});

function render(props: LocalSecretProps) {
  const chart = testChart({ local: true });
  new LocalSecret(chart, 'secret', props);
  return objectOf(chart, 'Secret');
}
