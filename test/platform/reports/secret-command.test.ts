import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RequiredSecret } from '../../../lib/kube/secrets/required-secrets';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { shellWord } from '../../../lib/platform/reports/kubectl';
import { createSecretCommand } from '../../../lib/platform/reports/secret-command';
import { describeProgram } from '../../support/programs';
import { everyKind } from '../../support/secrets';
import { findProgram, findPrograms } from '../releases/programs';

const required: RequiredSecret = { ...everyKind, namespace: 'demo' };

describe('the command that creates a Secret', () => {
  it('makes, asks for, reads and copies values, and gives none of them as an argument', () => {
    expect(createSecretCommand(required)).toBe(`(
  set -e
  value_2=$(openssl rand -hex 24)
  printf '%s: ' token
  IFS= read -rs value_3
  echo
  [ -n "$value_3" ]
  value_5=$(kubectl get secret root --namespace=other --output=go-template='{{ index .data "accessKey" | base64decode }}')
  kubectl create secret generic app --namespace=demo \\
    --type=kubernetes.io/basic-auth \\
    --from-literal=username='it'\\''s {{ .me }} & $HOME' \\
    --from-file=password=<(printf %s "$value_2") \\
    --from-file=token=<(printf %s "$value_3") \\
    --from-file=tls.crt=tls.crt \\
    --from-file=access=<(printf %s "$value_5")
  kubectl label secret app --namespace=demo cnpg.io/reload=true
)`);
  });

  it('names the cluster in each call of kubectl, where a context is given', () => {
    const command = createSecretCommand(required, { context: 'my cluster' });
    const calls = command.split('\n').filter((line) => /kubectl/.test(line));
    expect(calls).toHaveLength(3);
    for (const call of calls) expect(call).toContain(" '--context=my cluster' --namespace=");
  });

  it('is one line where nothing has to be made or asked for', () => {
    const keys = { config: { meaning: 'configuration', from: { file: 'my config.json' } } };
    expect(createSecretCommand({ namespace: undefined, name: 'app', readers: [], keys })).toBe(
      "kubectl create secret generic app \\\n  --from-file=config='my config.json'",
    );
  });
});

/** Those that the commands are for; zsh only where it is there. */
const shells = ['bash', 'zsh'].filter((shell) => shell === 'bash' || findProgram(shell) !== undefined);

describeProgram(findPrograms('bash', 'kubectl', 'openssl'), 'in a shell', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    writeFileSync(join(folder, 'tls.crt'), 'two\nlines\n');
    return () => rmSync(folder, { recursive: true, force: true });
  });

  it.each(shells)('%s, it hands kubectl exactly the values', (shell) => {
    const { stdout, status, stderr } = run(shell, createSecretCommand(required), 'typed in \\ "once"\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const written = JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1));
    const data = Object.fromEntries(
      Object.entries<string>(written.data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
    expect(written).toMatchObject({
      metadata: { name: 'app', namespace: 'demo' },
      type: 'kubernetes.io/basic-auth',
    });
    expect(data).toEqual({
      username: "it's {{ .me }} & $HOME",
      password: expect.stringMatching(/^[0-9a-f]{48}$/),
      token: 'typed in \\ "once"',
      'tls.crt': 'two\nlines\n',
      access: 'value of the other Secret',
    });
    expect(stdout).toMatch(/label secret app --namespace=demo cnpg.io\/reload=true\s*$/);
  });

  it.each(shells)('%s, it creates nothing where a value is empty', (shell) => {
    const { stdout, status } = run(shell, createSecretCommand(required), '\n');
    expect(status).not.toBe(0);
    expect(stdout).not.toContain('"kind"');
  });

  it.each(shells)('%s, it creates nothing where a Secret to copy from is not there', (shell) => {
    const keys = { access: { meaning: '', from: { sameAs: new SecretRef('gone').key('accessKey') } } };
    const { stdout, status } = run(shell, createSecretCommand({ ...required, keys }), '');
    expect(status).not.toBe(0);
    expect(stdout).not.toContain('"kind"');
  });

  it.each(shells)('%s, every text is one word of it', (shell) => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map(withoutNul), { minLength: 20, maxLength: 20 }),
        (texts) => {
          // All at once: starting a shell takes longer than what it does.
          const { stdout } = spawnSync(shell, ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`]);
          expect(stdout.toString().split('\0').slice(0, -1)).toEqual(texts);
        },
      ),
      { numRuns: 10 },
    );
  });

  /** Runs a command with a kubectl that asks no cluster: what it would create and label is printed. */
  function run(shell: string, command: string, input: string) {
    const kubectl = `kubectl() {
  case $1 in
    create) command kubectl "$@" --dry-run=client --output=json ;;
    get) [ "$3" != gone ] && command kubectl create secret generic "$3" "$4" --dry-run=client \\
      --from-literal=accessKey='value of the other Secret' "$5" ;;
    label) echo "$@" ;;
  esac
}`;
    return spawnSync(shell, ['-c', `${kubectl}\n${command}`], { cwd: folder, input, encoding: 'utf8' });
  }
});

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}
