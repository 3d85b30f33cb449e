import { ApiObject, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isYamlTrap, yamlQuoted, yamlStringErrors } from '../../../lib/kube/objects/yaml-strings';
import { environments, synthesize } from '../../support/environments';
import { testChart } from '../../support/synth';
import { hostileText } from '../../support/yaml-texts';

/** The errors of a ConfigMap. */
function errors(data: Record<string, string>): string[] {
  return yamlStringErrors(new k8s.KubeConfigMap(testChart(), 'settings', { metadata: { name: 'settings' }, data }));
}

const TAKEN = 'every reader of YAML takes for itself';

describe('strings in objects', () => {
  it.each(['0755', '493', '0x1F', '1e5', 'yes', '', '-', '2024-01-02', '_1', '0o8', 'v0o7', '🐘', 'a\u00a0b'])(
    "may be '%s', which cdk8s puts in quotes or everybody reads",
    (text) => {
      expect(errors({ text, [text]: text })).toEqual([]);
    },
  );

  it.each(['a\nb\n', ' a\n\tb', '\n\na', 'a\n \nb', '\0', 'a\r\nb', '\ta', '\n', '#!/bin/sh\n\n\techo\n'])(
    'may be %j, of lines and of characters that have an escape',
    (text) => {
      expect(errors({ text })).toEqual([]);
    },
  );

  it.each(['0o755', '0O7', '-0o7', '0o17_7', '0X1F', '0B1', '-_5', '1e_5', '0b-1'])(
    "fails for '%s', which kubectl takes for a number",
    (text) => {
      expect(errors({ MODE: text })).toEqual([
        `demo/settings: 'data.MODE' must be a string that ${TAKEN}, not for a number, got '${text}'`,
      ]);
      expect(errors({ [text]: 'a' })).toEqual([
        `demo/settings: 'data' must have keys that ${TAKEN}, not for a number, got '${text}'`,
      ]);
    },
  );

  it.each([
    ['\u007f', '\\u007f'],
    ['\u0085', '\\u0085'],
    ['\u2028', '\\u2028'],
    ['\u2029', '\\u2029'],
    ['\ufeff', '\\ufeff'],
    ['\ud800', '\\ud800'],
    ['\udc00', '\\udc00'],
  ])('fails for %j, and shows it as an escape', (character, shown) => {
    const without = 'without U+007F to U+009F, U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF and halves of characters';
    expect(errors({ text: `a${character}"b"` })).toEqual([
      `demo/settings: 'data.text' must be a string that ${TAKEN}, ${without}, got 'a${shown}"b"'`,
    ]);
    expect(errors({ [`a${character}`]: 'b' })).toEqual([
      `demo/settings: 'data' must have keys that ${TAKEN}, ${without}, got 'a${shown}'`,
    ]);
  });

  it.each([
    ['a tab before the first of several lines', '\ta\nb', 'without a tab before its first line', '\\ta\\nb'],
    ['blank lines alone', ' \n', 'with more in it than blank lines', ' \\n'],
    [
      'a line of one blank, and a last line of blanks',
      'a\n \nb\n  ',
      'without a line of one blank, where the last one is blank, too',
      'a\\n \\nb\\n  ',
    ],
  ])('fails for %s', (_, text, allowed, shown) => {
    expect(errors({ 'run.sh': text })).toEqual([
      `demo/settings: 'data["run.sh"]' must be a string that ${TAKEN}, ${allowed}, got '${shown}'`,
    ]);
  });

  it('fails for a key that takes in another map', () => {
    expect(errors({ a: '<<' })).toEqual([]);
    expect(errors({ '<<': 'a' })).toEqual([
      `demo/settings: 'data' must have keys that ${TAKEN}, not '<<', which takes in another map, got '<<'`,
    ]);
  });

  it('fails with the path in a list, and with no more of a long text than what is around the place', () => {
    const args = ['a', `${'x'.repeat(1000)}\u2028${'y'.repeat(1000)}`];
    const props = { apiVersion: 'example.org/v1', kind: 'App', metadata: { name: 'a' }, spec: { jobs: [{ args }] } };
    const [error = ''] = yamlStringErrors(new ApiObject(testChart(), 'app', props));
    expect(error).toContain("demo/app: 'spec.jobs[0].args[1]' must be a string");
    expect(error).toMatch(/got '…x{40}\\u2028y{39}…'$/);
  });

  it('fails for a Secret without its value', () => {
    const props = { metadata: { name: 'db' }, stringData: { pin: '0o755' } };
    const [error] = yamlStringErrors(new k8s.KubeSecret(testChart(), 'secret', props));
    expect(error).toBe(
      `demo/secret: 'stringData.pin' must be a string that ${TAKEN}, not for a number, got '(not shown)'`,
    );
  });

  it.each(environments.map((config) => [config.name, config] as const))('are right in %s', (_, config) => {
    const objects = synthesize(config).app.node.findAll().filter(ApiObject.isApiObject);
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.flatMap((object) => yamlStringErrors(object))).toEqual([]);
  });
});

describe('for all texts', () => {
  it('what is no trap is read as it is, by readers of YAML 1.1 and of 1.2', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(!isYamlTrap(text));
        const written = Yaml.stringify({ text, list: [text], keys: { [text]: 'a' } });
        for (const version of ['1.1', '1.2'] as const) {
          expect(parse(written, { version })).toEqual({ text, list: [text], keys: { [text]: 'a' } });
        }
      }),
    );
  });

  it('an object that holds a trap is refused, and no other', () => {
    const digits = fc.stringMatching(/^[-+._\dxXobBaeEfF]{1,7}$/);
    const blanks = fc.stringMatching(/^[ \t\n]{1,5}$/);
    fc.assert(
      fc.property(fc.oneof(hostileText, digits, blanks), (text) => {
        fc.pre(text !== '__proto__' && text !== 'constructor');
        const props = { apiVersion: 'example.org/v1', kind: 'App', metadata: { name: 'app' }, spec: { [text]: text } };
        expect(yamlStringErrors(new ApiObject(testChart(), 'app', props)).length > 0).toBe(isYamlTrap(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('quotes are taken off by readers of YAML and of JSON', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(yamlQuoted(text))).toBe(text);
        expect(yamlQuoted(text)).toMatch(/^[\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        if (!/\p{Surrogate}/u.test(text)) expect(parse(yamlQuoted(text), { version: '1.1' })).toBe(text);
      }),
    );
  });
});
