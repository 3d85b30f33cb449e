import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ci, dev } from '../../../environments';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import type { PlatformConfig } from '../../../lib/platform';
import { FORMS } from '../../support/day/documented';
import { synthesize } from '../../support/environments';
import { describeProgram } from '../../support/programs';
import { findPrograms } from '../releases/programs';

/** A container engine as far as kind asks it before it starts Kubernetes: what it is given to run is written down. */
const ENGINE = `#!/bin/sh
cd "$FOLDER"
case "$1 $*" in
info*) echo '{"CgroupDriver":"systemd","CgroupVersion":"2","MemoryLimit":true,"PidsLimit":true,"CPUShares":true}' ;;
run*) echo "$3" >> nodes && echo "$*" > "$3.run" ;;
ps*) cat nodes || true ;;
logs*) echo 'Reached target Multi-User System.' ;;
inspect*kind.role*control-plane) echo control-plane ;;
inspect*kind.role*) echo worker ;;
inspect*IPAddress*) echo 172.18.0.2, ;;
exec*' cat /kind/version') echo v1.35.0 ;;
exec*' cp /dev/stdin /kind/kubeadm.conf') cat > "$4.conf" ;;
exec*' mkdir '*) ;;
exec*) exit 1 ;;
esac
`;

describeProgram(findPrograms('kind'), 'kind itself', (programs) => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  const kind = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawnSync(programs().kind, args, { encoding: 'utf8', env: { ...process.env, ...env } });

  /** Has kind make the nodes of a file. */
  function create(file: string) {
    const folder = mkdtempSync(join(tmpdir(), 'kind-'));
    folders.push(folder);
    writeFileSync(join(folder, 'kind.yaml'), file);
    writeFileSync(join(folder, 'docker'), ENGINE);
    chmodSync(join(folder, 'docker'), 0o755);
    const env = { FOLDER: folder, KUBECONFIG: join(folder, 'kubeconfig'), KIND_EXPERIMENTAL_PROVIDER: 'docker' };
    const path = { PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { stderr } = kind(['create', 'cluster', '--config', join(folder, 'kind.yaml')], { ...env, ...path });
    const nodes = readdirSync(folder).filter((name) => name.endsWith('.run'));
    return { stderr, nodes: nodes.map((name) => nodeOf(folder, name.replace(/\.run$/, ''))) };
  }

  /** What kind tells the container engine and kubeadm of a node. */
  function nodeOf(folder: string, name: string) {
    const words = readFileSync(join(folder, `${name}.run`), 'utf8')
      .trim()
      .split(' ');
    const documents = parseAllDocuments(readFileSync(join(folder, `${name}.conf`), 'utf8')).map((one) => one.toJS());
    const role = name.endsWith('-control-plane') ? 'InitConfiguration' : 'JoinConfiguration';
    const { nodeRegistration } = documents.find((document: Manifest) => document.kind === role) as Manifest;
    const valuesOf = (option: string) =>
      words.flatMap((word) => (word.startsWith(`--${option}=`) ? word.slice(option.length + 3) : []));
    return {
      name,
      labels: nodeRegistration.kubeletExtraArgs['node-labels'].split(',').sort(),
      taints: nodeRegistration.taints ?? [],
      mounts: valuesOf('volume'),
      ports: valuesOf('publish').filter((port) => !port.endsWith(':6443/TCP')),
    };
  }

  test.each<[string, PlatformConfig]>([
    ['dev', dev],
    ['ci', ci],
  ])('makes of the file of %s the nodes of its pools, with their labels, taints, mounts and ports', (_, config) => {
    const { platform } = synthesize(config, 'all');
    const { name = '', controlPlane, workers = [] } = config.kind ?? {};
    const pools = [controlPlane, ...workers].flatMap((pool) => pool ?? []);
    const { stderr, nodes } = create(platform.deployFiles['kind.yaml'] ?? '');
    expect(stderr).toContain('✓ Writing configuration');
    const mounts = ['/dev/null:/var/run/nvidia-container-devices/all'];
    const ports = platform.nodePorts.map(({ hostPort, nodePort }) => `127.0.0.1:${hostPort}:${nodePort}/TCP`);
    expect(nodes.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      pools.map(({ labels, taints, gpus }, index) => ({
        name: `${name}-${['control-plane', 'worker', 'worker2'][index]}`,
        labels: Object.entries(labels)
          .map((label) => label.join('='))
          .sort(),
        taints,
        mounts: gpus === undefined ? [] : mounts,
        ports: index === 0 ? ports : [],
      })),
    );
  });

  test('fails for a field that it does not know, before it makes a node', () => {
    const file = synthesize(dev, 'all').platform.deployFiles['kind.yaml'] ?? '';
    const { stderr, nodes } = create(file.replace('extraMounts', 'extraMount'));
    expect([stderr, nodes]).toEqual([expect.stringContaining('field extraMount not found in type v1alpha4.Node'), []]);
  });

  const ofKind = Object.entries(FORMS).filter(([name]) => name.startsWith('kind '));
  test.each(ofKind)('%s has the options that count as documented', (name, { options = '' }) => {
    const { status, stdout } = kind([...name.split(' ').slice(1), '--help']);
    expect(status).toBe(0);
    for (const option of options.split(' ').filter(Boolean)) {
      const [word, isFlag] = [option.replace('=', ''), !option.endsWith('=')];
      expect(stdout).toMatch(new RegExp(`--${word} ${isFlag ? ' ' : '\\w'}`));
    }
  });
});
