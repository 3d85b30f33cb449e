import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets } from '../../lib/components/secrets/sources';
import { patch } from '../../lib/kube/objects/patch';
import { requiredSecrets } from '../../lib/kube/secrets/required-secrets';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { fair as fairStack } from '../../lib/stacks/fair/fair';
import type { FairStack } from '../../lib/stacks/fair/stack';
import { inference } from '../../lib/stacks/inference/inference';
import { synthesize } from '../support/environments';
import { filesIn } from '../support/golden';
import { all, enabled, fair, gpuPool, type Helmfile, pool } from '../support/platform-samples';
import { nodePool } from '../support/samples';
import { expectEachPropToMatter, synthError } from '../support/synth';

const minimal: PlatformConfig = { name: 'test', nodePools: [pool], stacks: {} };
const NO_CONTEXT = { kubeContext: undefined, kind: undefined } as const;
const notLocal: PlatformConfig = { ...all, local: false, credentials: existingSecrets() };

describe('a platform with minimal props', () => {
  it('is nothing but a list of helm releases, without one', () => {
    const { app, platform } = synthesize(minimal);
    expect(app.charts).toEqual([]);
    expect(Object.keys(platform.deployFiles)).toEqual(['helmfile.yaml']);
    expect(enabled(platform.deployFiles)).toEqual([]);
  });
});

describe('a platform with all props', () => {
  const { app, platform } = synthesize(all);

  it('writes a file a stack, of which that of the cluster comes first', () => {
    expect(app.charts.map(({ node }) => node.id).sort()).toEqual(['cluster', 'fair', 'inference']);
  });

  it('writes what the tools beside kubectl read', () => {
    expect(Object.keys(platform.deployFiles).sort()).toEqual([
      'fair.env',
      'helmfile.yaml',
      'kind.yaml',
      // The Secrets that images are pulled with.
      'secrets.json',
      'secrets.md',
      'values/cert-manager.yaml',
      'values/cloudnative-pg.yaml',
      'values/metrics-server.yaml',
      'values/mlflow.yaml',
      'values/nvidia-device-plugin.yaml',
      'values/plugin-barman-cloud.yaml',
      'zenml/k8s.yaml',
      'zenml/local.yaml',
    ]);
    expect(enabled(platform.deployFiles)).toEqual([
      'cert-manager',
      'cloudnative-pg',
      'metrics-server',
      'mlflow',
      'nvidia-device-plugin',
      'plugin-barman-cloud',
    ]);
  });

  it('changes with each of them', () => {
    const render = (props: PlatformConfig) => {
      // The nodes of kind are those of the pools.
      const kind = props.kind === all.kind ? { ...all.kind, workers: props.nodePools.slice(1) } : props.kind;
      return written(props.local ? { ...props, kind } : notLocal);
    };
    expectEachPropToMatter<PlatformConfig>(render, all, {
      name: 'other',
      local: false,
      kubeContext: 'other-admin',
      serverSideApply: true,
      credentials: existingSecrets(),
      kubernetesVersion: '1.29',
      images: {},
      cluster: {},
      nodePools: [pool, gpuPool, nodePool({ name: 'more', gpus: { count: 1, runtimeClassName: 'nvidia' } })],
      kind: { name: 'other', controlPlane: pool, workers: [gpuPool] },
      metricsServer: {},
      operators: {},
      karpenterNodePools: [],
      storageClasses: [],
      stacks: { inference: inference({ nodePool: pool }) },
    });
  });
});

describe('a platform', () => {
  it('fails to write credentials where it is not local', () => {
    expect(() => synthesize({ ...all, local: false })).toThrow(
      "fair/postgres-credentials-secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'postgres-credentials'",
    );
  });

  it('fails where no pipeline step finds its nodes by the label domain', () => {
    const pipelines = { pools: [pool], registry: { uri: 'ghcr.io/example' }, labelDomain: 'example.com' } as const;
    expect(() => synthesize({ ...all, stacks: { fair: fairStack({ pipelines }) } })).toThrow(
      "ZenML stack 'k8s': 'pools' must have one for training without a GPU (label example.com/training=true, no taint but example.com/training=true:NoSchedule), got [\"general\"]",
    );
  });

  it('holds no credential where it is not local', () => {
    expect(written(notLocal)).not.toMatch(/minioadmin|kind: Secret/);
    expect(Object.keys(synthesize(notLocal).platform.deployFiles)).not.toContain('zenml/local.yaml');
  });

  it('fails for a node pool that it does not declare', () => {
    expect(() => synthesize({ ...all, nodePools: [gpuPool], kind: { name: 'test', controlPlane: gpuPool } })).toThrow(
      "'nodePool' must be one of 'gpu' (the node pools of this environment), got 'general'",
    );
  });

  it.each([
    [[], "kind cluster 'test': 'workers' must have every node pool, got 'gpu'"],
    [
      [gpuPool, nodePool({ name: 'more' })],
      "kind cluster 'test': 'workers' must be one of 'general', 'gpu' (the node pools of this environment), got 'more'",
    ],
  ])('fails where its kind cluster has other nodes than its pools (%#)', (workers, message) => {
    expect(() => synthesize({ ...all, kind: { name: 'test', controlPlane: pool, workers } })).toThrow(message);
  });

  it('fails where two node pools have one name', () => {
    expect(() => synthesize({ ...all, nodePools: [pool, nodePool()] })).toThrow(
      "app: 'nodePools.name' must have no duplicates, got 'general'",
    );
  });

  it('fails where two stacks have one namespace', () => {
    const { app } = synthesize({ ...all, stacks: { fair, inference: inference({ namespace: 'fair' }) } });
    expect(synthError(app)).toContain("'name' must be unique for a Namespace, got 'fair'");
  });

  it('writes the objects of no stack into the file of another', () => {
    for (const chart of synthesize(all).app.charts) {
      for (const { metadata } of chart.toJson()) {
        expect(metadata.labels['app.kubernetes.io/part-of']).toBe(chart.node.id);
      }
    }
  });

  it('pulls from its registry only', () => {
    const images = written(all).match(/^ *image: .*$/gm) ?? [];
    expect(images.length).toBeGreaterThanOrEqual(5);
    const others = images.filter((line) => !line.includes('registry.example.org/'));
    // What is loaded into the nodes is not pulled.
    expect(others).toEqual([expect.stringContaining('photo-duplicate-inference:k8s-cpu')]);
  });

  it('says what was written and how to apply it', () => {
    const text = synthesize(all).platform.summary();
    expect(text).toMatch(
      /^Environment test:\n {2}dist\/cluster\.k8s\.yaml: .*\b1 RuntimeClass.*\n {2}dist\/fair\.k8s\.yaml: /,
    );
    for (const path of Object.keys(synthesize(all).platform.deployFiles))
      expect(text).toContain(`\n  deploy/${path}\n`);
    expect(text).toContain(
      'Apply it with:\n  kubectl --context=test-admin apply -f dist/cluster.k8s.yaml\n  helmfile -l stage=operators sync\n',
    );
    expect(text).toContain('\n  kubectl --context=test-admin apply -f dist\n  helmfile sync');
    const without = synthesize({ ...all, operators: {} }).platform.summary();
    expect(without).toContain('Apply it with:\n  kubectl --context=test-admin apply -f dist\n  helmfile sync');
  });

  it('has its charts wait for the Job of their databases, patched as it is', () => {
    const built: FairStack[] = [];
    const customized = fairStack({ charts: { mlflow: {} }, customize: (stack) => built.push(stack) });
    const { platform } = synthesize({ ...all, stacks: { fair: customized } });
    const job = built[0]?.postgres?.databaseJob;
    if (job === undefined) throw new Error('no Job creates databases');
    const before = job.name;
    patch(job, { op: 'replace', path: '/spec/backoffLimit', value: 1 });
    expect(job.name).not.toBe(before);
    expect(platform.deployFiles['helmfile.yaml']).toContain(`- job/${job.name}\n`);
    expect(platform.deployFiles['helmfile.yaml']).not.toContain(before);
  });

  it('makes deploy/ hold what it says and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    mkdirSync(join(folder, 'values'));
    writeFileSync(join(folder, 'values/old.yaml'), 'old');
    const { platform } = synthesize(all);
    platform.writeDeploy(folder);
    const files = filesIn(folder);
    rmSync(folder, { recursive: true });
    expect(files).toEqual(platform.deployFiles);
  });

  it.each<[string, Partial<PlatformConfig>, string | undefined]>([
    ['the one that its environment names', {}, 'test-admin'],
    ['that of its kind cluster where it names none', { kubeContext: undefined }, 'kind-test'],
    ['left to whoever runs a command where there is no kind cluster either', NO_CONTEXT, undefined],
  ])('has helm, its hooks and pipelines in one context: %s', (_, change, context) => {
    const { platform } = synthesize({ ...all, ...change });
    const { helmDefaults, releases } = parse(platform.deployFiles['helmfile.yaml'] ?? '') as Helmfile;
    expect(platform.kubeContext).toBe(context);
    expect(helmDefaults.kubeContext).toBe(context);
    const hooks = releases.flatMap(({ hooks = [] }) => hooks.map(({ args }) => args[1]));
    expect(hooks).toHaveLength(2);
    for (const argument of hooks) {
      if (context === undefined) expect(argument).not.toContain('context');
      else expect(argument).toBe(`--context=${context}`);
    }
    const stack = platform.deployFiles['zenml/k8s.yaml'];
    if (context === undefined) expect(stack).toBeUndefined();
    else expect(stack).toContain(`kubernetes_context: ${context}\n`);
  });

  it('computes its releases, ports and files once: reading them changes nothing', () => {
    const { app, platform } = synthesize(notLocal);
    const [before, objects] = [platform.deployFiles, app.synthYaml()];
    const { releases, ports, nodePorts } = platform;
    expect(platform.releases).toBe(releases);
    expect(platform.ports).toBe(ports);
    expect(platform.nodePorts).toBe(nodePorts);
    expect(platform.deployFiles).toEqual(before);
    expect(app.synthYaml()).toBe(objects);
    expect(requiredSecrets(app)).toEqual(requiredSecrets(synthesize(notLocal).app));
  });

  it('fails where a forwarded port is one that kind maps to a node port', () => {
    const stacks = { fair, inference: inference({ hostPort: 9001 }) };
    expect(() => synthesize({ ...all, stacks })).toThrow(
      "forwarded port 'console': 'local' must be a port of its own (the kind cluster has it already), got 9001",
    );
    expect(() => synthesize({ ...all, kind: undefined, stacks })).not.toThrow();
  });

  it('is the same however often it is built', () => {
    expect(written(all)).toBe(written(all));
  });
});

/** Everything that a platform writes, as one text. */
function written(config: PlatformConfig): string {
  const { app, platform } = synthesize(config);
  return [app.synthYaml(), ...Object.values(platform.deployFiles), platform.summary()].join('\n');
}
