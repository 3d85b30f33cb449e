import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeFiles } from '../../../lib/platform/files';
import { helmfileDocuments } from '../../../lib/platform/releases/helmfile';
import type { Release } from '../../../lib/platform/releases/release';
import { toYaml } from '../../../lib/platform/yaml';

/**
 * Writes down how it was called, keeps the values that it is given, and does as if all went well. It has the releases
 * of `IN_CLUSTER`; `pull` and `fetch` leave an empty chart.
 */
const HELM = `#!/bin/sh
echo "helm $*" >> "$CALLS"
[ "$1" = --kube-context ] && shift 2
command=$1 release=$3
while [ $# -gt 0 ]; do
  case "$1" in
  --namespace) namespace=$2 ;;
  --values) values=$2 ;;
  --filter) filter=\${2#^} ;;
  --destination | --untardir) folder=$2 ;;
  esac
  shift
done
case "$command" in
version) echo v4.2.4+g0000000 ;;
upgrade) [ -z "$values" ] || cp "$values" "$VALUES/$namespace+$release" ;;
list)
  case " $IN_CLUSTER " in
  *" $namespace/\${filter%$} "*) printf 'NAME\\tSTATUS\\n%s\\tdeployed\\n' "\${filter%$}" ;;
  esac ;;
pull | fetch)
  mkdir -p "$folder/chart" && printf 'apiVersion: v2\\nname: chart\\nversion: 1.0.0\\n' > "$folder/chart/Chart.yaml" ;;
esac
exit 0
`;
const KUBECTL = `#!/bin/sh
echo "kubectl $*" >> "$CALLS"
exit \${KUBECTL_EXIT:-0}
`;

/** What helmfile printed, its exit code, and what it had other programs do. */
export interface HelmfileRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The programs that it called, one a line. */
  readonly calls: readonly string[];
  /** `namespace/name` of each release that was installed or upgraded, in order. */
  readonly upgraded: readonly string[];
  /** `namespace/name` of each release that was taken out of the cluster, in order. */
  readonly deleted: readonly string[];
  /** The values that helm was given, by `namespace/name`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A folder with `helmfile.yaml`, what it reads, and programs that stand in for helm and kubectl. */
export class HelmfileSandbox {
  private readonly folder = mkdtempSync(join(tmpdir(), 'helmfile-'));

  constructor(
    private readonly helmfile: string,
    releases: readonly Release[],
    context?: string,
  ) {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    copyFileSync('helmfile.yaml', join(this.folder, 'helmfile.yaml'));
    const documents = Object.entries(helmfileDocuments(releases, context));
    writeFiles(
      join(this.folder, 'deploy'),
      Object.fromEntries(documents.map(([path, document]) => [path, toYaml(document)])),
    );
    for (const [name, script] of Object.entries({ helm: HELM, kubectl: KUBECTL })) {
      writeFileSync(join(bin, name), script);
      chmodSync(join(bin, name), 0o755);
    }
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): HelmfileRun {
    const file = join(this.folder, 'calls');
    const values = join(this.folder, 'values');
    for (const path of [file, values]) rmSync(path, { recursive: true, force: true });
    mkdirSync(values);
    const { status, stdout, stderr } = spawnSync(this.helmfile, ['--no-color', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin`,
        HOME: this.folder,
        HELMFILE_CACHE_HOME: join(this.folder, 'cache'),
        // helmfile asks for a newer version of itself otherwise.
        HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
        CALLS: file,
        VALUES: values,
        ...env,
      },
    });
    const calls = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const releasesIn = (command: RegExp) =>
      calls.flatMap((call) => {
        const [, name] = command.exec(call) ?? [];
        return name === undefined ? [] : [`${/ --namespace (\S+)/.exec(call)?.[1]}/${name}`];
      });
    return {
      code: status,
      stdout,
      stderr,
      calls,
      upgraded: releasesIn(/^helm .*\bupgrade --install (\S+) /),
      deleted: releasesIn(/^helm .*\bdelete (\S+) /),
      values: Object.fromEntries(
        readdirSync(values).map((name) => [name.replace('+', '/'), parse(readFileSync(join(values, name), 'utf8'))]),
      ),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
