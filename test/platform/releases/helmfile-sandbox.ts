import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Release, releasesFile } from '../../../lib/platform/releases/release';

/** Writes down how it was called, and does as if all went well. `helm pull` leaves an empty chart. */
const HELM = `#!/bin/sh
echo "helm $*" >> "$CALLS"
case "$1" in
version) echo v4.1.4+g0000000 ;;
pull)
  while [ "$1" != --destination ]; do shift; done
  mkdir -p "$2/zenml" && printf 'apiVersion: v2\\nname: zenml\\nversion: 0.93.3\\n' > "$2/zenml/Chart.yaml" ;;
esac
`;
const KUBECTL = `#!/bin/sh
echo "kubectl $*" >> "$CALLS"
exit \${KUBECTL_EXIT:-0}
`;

/** What helmfile printed, its exit code, and the programs that it called, one a line. */
export interface HelmfileRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly string[];
}

/** A folder with `helmfile.yaml`, what it reads, and programs that stand in for helm and kubectl. */
export class HelmfileSandbox {
  private readonly folder = mkdtempSync(join(tmpdir(), 'helmfile-'));

  constructor(
    private readonly helmfile: string,
    releases: readonly Release[],
  ) {
    const values = join(this.folder, 'deploy/values');
    const bin = join(this.folder, 'bin');
    mkdirSync(values, { recursive: true });
    mkdirSync(bin);
    copyFileSync('helmfile.yaml', join(this.folder, 'helmfile.yaml'));
    writeFileSync(join(this.folder, 'deploy/releases.yaml'), stringify(releasesFile(releases)));
    for (const release of releases) writeFileSync(join(values, `${release.name}.yaml`), stringify(release.values));
    for (const [name, script] of Object.entries({ helm: HELM, kubectl: KUBECTL })) {
      writeFileSync(join(bin, name), script);
      chmodSync(join(bin, name), 0o755);
    }
  }

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): HelmfileRun {
    const calls = join(this.folder, 'calls');
    rmSync(calls, { force: true });
    const { status, stdout, stderr } = spawnSync(this.helmfile, ['--no-color', ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin`,
        HOME: this.folder,
        HELMFILE_CACHE_HOME: join(this.folder, 'cache'),
        // helmfile asks for a newer version of itself otherwise.
        HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
        CALLS: calls,
        ...env,
      },
    });
    return {
      code: status,
      stdout,
      stderr,
      calls: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [],
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
