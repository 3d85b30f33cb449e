import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Yaml } from 'cdk8s';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { yamlStringErrors } from '../../../lib/kube/objects/yaml-strings';
import { toYaml } from '../../../lib/platform/yaml';
import { findPrograms } from '../../platform/releases/programs';
import { describeProgram } from '../../support/programs';
import { testChart } from '../../support/synth';
import { hostileText } from '../../support/yaml-texts';

/** A text in every place that a text can be in. */
const everywhere = (text: string) => ({
  value: text,
  list: [text, [text]],
  within: [{ text, 'a.b': { text } }],
  keys: { [text]: 'value' },
});
const objectWith = (texts: readonly string[]) => ({
  apiVersion: 'example.org/v1',
  kind: 'Texts',
  metadata: { name: 'texts' },
  spec: texts.map(everywhere),
});

/** Whether the check finds nothing in any of the places. */
function passes(text: string): boolean {
  return yamlStringErrors(new ApiObject(testChart(), 'texts', objectWith([text]))).length === 0;
}

describeProgram(findPrograms('kubectl'), 'kubectl', (programs) => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yaml-strings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What kubectl reads in a file. Unlike `create`, this asks no API server for anything. */
  function read(text: string): unknown {
    const file = join(folder, 'texts.yaml');
    writeFileSync(file, text);
    const args = ['annotate', '--local', '--filename', file, '--output', 'json', 'read=yes'];
    const { stdout, stderr } = spawnSync(programs().kubectl, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(stderr).toBe('');
    return JSON.parse(stdout).spec;
  }

  /** All in one file: starting kubectl takes longer than what it does. */
  function texts(): string[] {
    const [found = []] = fc.sample(fc.array(hostileText, { minLength: 1500, maxLength: 1500 }), 1);
    return found;
  }

  it('reads each string that the check lets through as it is', () => {
    const found = texts().filter(passes);
    expect(found.length).toBeGreaterThan(300);
    expect(read(Yaml.stringify(objectWith(found)))).toEqual(found.map(everywhere));
  });

  it('reads every string of deploy/ as it is', () => {
    const found = texts().filter((text) => !/\p{Surrogate}/u.test(text));
    expect(read(toYaml(objectWith(found)))).toEqual(found.map(everywhere));
  });
});
