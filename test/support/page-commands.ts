import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from './page-blocks';
import type { Run } from './postgres';
import { root } from './sources';

/** The command of a section of a page of `docs/`. */
export function commandOf(page: string, title: string): string {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const [, section = ''] = new RegExp(`\\n##+ ${title}\\n([\\s\\S]*?)(?=\\n##+ |$)`).exec(text) ?? [];
  const [command] = blocksOf(section, 'sh');
  if (command === undefined) throw new Error(`${page}: ${title} has no command`);
  return command;
}

/** Values of Secrets, by name and key. */
type Secrets = Record<string, Record<string, string>>;

/**
 * `kubectl -n fair`, of a cluster of one namespace: it keeps Secrets, and runs programs where those of the pods are. What
 * a page may ask of it is written here; anything else fails.
 */
const KUBECTL = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const { pods, secretsFile } = JSON.parse(readFileSync(__filename + '.json', 'utf8'));
const secrets = JSON.parse(readFileSync(secretsFile, 'utf8'));
const args = process.argv.slice(2);
const line = args.join(' ');
const fail = () => {
  console.error('kubectl: ' + line);
  process.exit(1);
};
const [, , name, key] = /^-n fair (get) secret (\\S+) --output=go-template=\\{\\{ \\.data\\.(\\S+) \\| base64decode \\}\\}$/.exec(line) ?? [];
const [, patched, file] = /^-n fair patch secret (\\S+) --patch-file=(\\S+)$/.exec(line) ?? [];
const [, input, pod] = /^-n fair exec (-i )?(\\S+) -- /.exec(line) ?? [];
if (key in (secrets[name] ?? {})) process.stdout.write(secrets[name][key]);
else if (patched in secrets) {
  const { stringData, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  if (Object.keys(rest).length > 0) fail();
  Object.assign(secrets[patched], stringData);
  writeFileSync(secretsFile, JSON.stringify(secrets));
} else if (pod in pods) {
  const [program, ...words] = [...pods[pod], ...args.slice(args.indexOf('--') + 1)];
  const stdio = [input ? 'inherit' : 'ignore', 'inherit', 'inherit'];
  process.exitCode = require('node:child_process').spawnSync(program, words, { stdio }).status ?? 1;
} else fail();
`;

/** Runs commands of pages with that `kubectl`. */
export class PageCommands {
  private readonly folder = mkdtempSync(join(tmpdir(), 'page-commands-'));
  private readonly secretsFile = join(this.folder, 'secrets.json');

  /** @param pods - what starts a program in the container of a pod, by the name that a page gives it */
  constructor(secrets: Secrets, pods: Readonly<Record<string, readonly string[]>> = {}) {
    writeFileSync(this.secretsFile, JSON.stringify(secrets));
    writeFileSync(join(this.folder, 'kubectl'), KUBECTL, { mode: 0o755 });
    writeFileSync(join(this.folder, 'kubectl.json'), JSON.stringify({ pods, secretsFile: this.secretsFile }));
  }

  /** What the Secrets hold now. */
  get secrets(): Secrets {
    return JSON.parse(readFileSync(this.secretsFile, 'utf8'));
  }

  /** Runs a command in `shell`, in an empty folder. */
  run(command: string, shell = '/bin/sh'): Promise<Run> {
    const env = { ...process.env, PATH: `${this.folder}:${process.env.PATH}` };
    const cwd = mkdtempSync(join(this.folder, 'cwd-'));
    return new Promise((resolve) => {
      execFile(shell, ['-euc', command], { cwd, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  destroy(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
