import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { existingSecrets, localCredentials } from '../lib/components/secrets/sources';
import { buildPlatform, type PlatformConfig } from '../lib/platform';
import { synthesize } from './support/environments';
import { filesIn } from './support/golden';
import { nodePool } from './support/samples';
import { expectEachPropToMatter, synthError } from './support/synth';

const pool = nodePool({ labels: { 'example.org/training': 'true', 'example.org/inference': 'true' } });
const gpuPool = nodePool({
  name: 'gpu',
  labels: { 'example.org/role': 'gpu' },
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});
const pipelines = { pools: [pool], registry: { uri: 'ghcr.io/example' } } as const;
const fair = { nodePool: pool, credentials: localCredentials(), charts: { mlflow: {} }, pipelines };

const minimal: PlatformConfig = { name: 'test', nodePools: [pool], stacks: {} };
const all: Required<PlatformConfig> = {
  name: 'test',
  local: true,
  labelDomain: 'example.org',
  images: { registry: 'registry.example.org', pullSecrets: ['pull'] },
  nodePools: [pool, gpuPool],
  kind: { name: 'test', controlPlane: pool, workers: [gpuPool] },
  metricsServer: { kubeletInsecureTls: true },
  operators: { certManager: {}, cloudNativePg: {}, barmanCloud: {} },
  karpenterNodePools: [
    {
      nodePool: pool,
      nodeClass: 'default',
      instanceFamilies: ['m7i'],
      instanceCpus: [4],
      capacityTypes: ['spot'],
      emptyFor: Duration.minutes(1),
    },
  ],
  storageClasses: [{ name: 'fast', provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Retain' }],
  stacks: { fair, inference: { nodePool: pool } },
};

const notLocal: PlatformConfig = {
  ...all,
  local: false,
  stacks: { ...all.stacks, fair: { ...fair, credentials: existingSecrets() } },
};

describe('a platform with minimal props', () => {
  it('is nothing but the helm releases that are off', () => {
    const { app, platform } = synthesize(minimal);
    expect(app.charts).toEqual([]);
    expect(Object.keys(platform.deployFiles)).toEqual(['releases.yaml']);
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
      'kind.yaml',
      'releases.yaml',
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
      try {
        return written(props.local ? props : notLocal);
      } catch (error) {
        const { message } = error as Error;
        // Another label domain shows in nothing but the nodes that steps no longer find.
        if (message.includes('label example.com/training=true')) return message;
        throw error;
      }
    };
    expectEachPropToMatter<PlatformConfig>(render, all, {
      name: 'other',
      local: false,
      labelDomain: 'example.com',
      images: {},
      nodePools: [pool, gpuPool, nodePool({ name: 'more', gpus: { count: 1, runtimeClassName: 'nvidia' } })],
      kind: { name: 'other', controlPlane: pool, workers: [] },
      metricsServer: {},
      operators: {},
      karpenterNodePools: [],
      storageClasses: [],
      stacks: { inference: { nodePool: pool } },
    });
  });
});

describe('the stacks of a platform', () => {
  const stacksOf = (selection?: string) =>
    synthesize(all, selection)
      .app.charts.map(({ node }) => node.id)
      .sort();

  it.each([
    ['all', ['cluster', 'fair', 'inference']],
    ['fair', ['cluster', 'fair']],
    [' inference , fair', ['cluster', 'fair', 'inference']],
    ['inference', ['cluster', 'inference']],
  ])("are for '%s' %j", (selection, stacks) => {
    expect(stacksOf(selection)).toEqual(stacks);
  });

  it('are those that are on by default where nobody selects any', () => {
    const charts = (selection?: string) => {
      const app = new App();
      buildPlatform(app, all, selection);
      return app.charts.map(({ node }) => node.id).sort();
    };
    expect(charts()).toEqual(['cluster', 'fair', 'inference']);
    expect(charts('')).toEqual(charts());
  });

  it.each(['fiar', 'fair,fiar', 'fair,', 'toString', 'cluster'])(
    "fails for '%s', and lists those there are",
    (selection) => {
      const unknown = selection.replace(/^fair,/, '');
      expect(() => stacksOf(selection)).toThrow(
        `app: 'PLATFORM_STACKS' must be one of 'all', 'fair', 'inference', got '${unknown}'`,
      );
    },
  );

  it('fails for one that the environment does not have', () => {
    expect(() => synthesize({ ...all, stacks: { fair } }, 'inference')).toThrow(
      "app: 'PLATFORM_STACKS' must be one of 'all', 'fair', got 'inference'",
    );
  });

  it('turn the releases off that need one that is not selected', () => {
    const { deployFiles } = synthesize(all, 'inference').platform;
    expect(enabled(deployFiles)).toEqual(enabled(synthesize({ ...all, stacks: {} }).platform.deployFiles));
    expect(enabled(deployFiles)).not.toContain('mlflow');
    expect(Object.keys(deployFiles).filter((path) => path.startsWith('zenml/'))).toEqual([]);
  });
});

describe('a platform', () => {
  it('fails to write credentials where it is not local', () => {
    expect(() => synthesize({ ...all, local: false })).toThrow(
      "fair/postgres-credentials-secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'postgres-credentials'",
    );
  });

  it('fails where no pipeline step finds its nodes by the label domain', () => {
    expect(() => written({ ...all, labelDomain: 'example.com' })).toThrow(
      "ZenML stack 'k8s': 'pools' must have one for training without a GPU (label example.com/training=true, no taint but example.com/training=true:NoSchedule), got [\"general\"]",
    );
  });

  it('holds no credential where it is not local', () => {
    expect(written(notLocal)).not.toMatch(/minioadmin|kind: Secret/);
    expect(Object.keys(synthesize(notLocal).platform.deployFiles)).not.toContain('zenml/local.yaml');
  });

  it('fails for a node pool that it does not declare', () => {
    expect(() => synthesize({ ...all, nodePools: [gpuPool] })).toThrow(
      "'nodePool' must be one of 'gpu' (the node pools of this environment), got 'general'",
    );
  });

  it('fails where two stacks have one namespace', () => {
    const { app } = synthesize({ ...all, stacks: { fair, inference: { nodePool: pool, namespace: 'fair' } } });
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
      'Apply it with:\n  kubectl apply -f dist/cluster.k8s.yaml\n  helmfile -l stage=operators sync\n',
    );
    expect(text).toContain('\n  kubectl apply -f dist\n  helmfile sync');
    const without = synthesize({ ...all, operators: {} }).platform.summary();
    expect(without).toContain('Apply it with:\n  kubectl apply -f dist\n  helmfile sync');
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

  it('is the same however often it is built', () => {
    expect(written(all)).toBe(written(all));
  });
});

/** The names of the helm releases that are on. */
function enabled(deployFiles: Readonly<Record<string, string>>): string[] {
  const releases = parse(deployFiles['releases.yaml'] ?? '') as Record<string, { enabled: boolean }>;
  return Object.keys(releases)
    .filter((name) => releases[name]?.enabled)
    .sort();
}

/** Everything that a platform writes, as one text. */
function written(config: PlatformConfig): string {
  const { app, platform } = synthesize(config);
  return [app.synthYaml(), ...Object.values(platform.deployFiles)].join('\n');
}
