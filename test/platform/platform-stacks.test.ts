import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { nodePort } from '../../lib/kube/network/exposure';
import { buildPlatform } from '../../lib/platform/platform';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { type InferenceConfig, inference } from '../../lib/stacks/inference/inference';
import { synthesize } from '../support/environments';
import { all, fair, pool } from '../support/platform-samples';
import { namesOf, synth } from '../support/synth';

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

  it('have the releases of those alone that are selected, beside those of the cluster', () => {
    const releases = (config: PlatformConfig, selection: string) =>
      synthesize(config, selection).platform.releases.map(({ name }) => name);
    const { deployFiles } = synthesize(all, 'inference').platform;
    expect(releases(all, 'fair')).toContain('mlflow');
    expect(releases({ ...all, kind: { ...all.kind, complete: true } }, 'inference')).toEqual(
      releases({ ...all, stacks: {} }, 'all'),
    );
    expect(deployFiles['helmfile.yaml']).not.toContain('mlflow');
    expect(Object.keys(deployFiles)).not.toContain('values/mlflow.yaml');
    expect(Object.keys(deployFiles).filter((path) => path.startsWith('zenml/'))).toEqual([]);
  });

  const twice = (second: InferenceConfig) => ({ inference: inference(), second: inference(second) });

  it('fails where two have one node port, and names both', () => {
    const stacks = twice({ hostPort: 8093 });
    expect(() => synthesize({ ...all, stacks })).toThrow(
      "second/service/service: 'ports.nodePort' must be a node port of its own (inference/service/service has it already), got 30092",
    );
    // A kind cluster has the ports of both, though one of them is not built.
    const kind = { ...all.kind, complete: true };
    expect(() => synthesize({ ...all, kind, stacks }, 'inference')).toThrow(
      "app: 'second.nodePort' must be used once ('inference' has it already), got 30092",
    );
    expect(() => synthesize({ ...all, stacks }, 'inference')).not.toThrow();
  });

  it('fails where two have one port of the machine, and names both', () => {
    const stacks = twice({ exposure: nodePort(30093) });
    expect(() => synthesize({ ...all, stacks })).toThrow(
      "app: 'second.hostPort' must be used once ('inference' has it already), got 8092",
    );
    // Only kind maps them.
    expect(() => synthesize({ ...all, kind: undefined, stacks })).not.toThrow();
  });
});

describe('two stacks of one kind', () => {
  const second = inference({ nodePool: pool, exposure: nodePort(30093), hostPort: 8093 });
  const { app, platform } = synthesize({ ...all, stacks: { inference: inference({ nodePool: pool }), second } });
  const objects = synth(app);

  it('are two files, two namespaces and two node ports', () => {
    expect(app.charts.map(({ node }) => node.id).sort()).toEqual(['cluster', 'inference', 'second']);
    const services = objects.filter(({ kind, spec }) => kind === 'Service' && spec.type === 'NodePort');
    expect(services.map(({ metadata, spec }) => [metadata.namespace, spec.ports[0].nodePort])).toEqual([
      ['inference', 30092],
      ['second', 30093],
    ]);
    expect(platform.nodePorts).toEqual([
      { nodePort: 30092, hostPort: 8092 },
      { nodePort: 30093, hostPort: 8093 },
    ]);
  });

  it('are the same in each but for its name and its ports', () => {
    const names = (namespace: string) =>
      namesOf(objects.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace === namespace));
    expect(names('second')).toEqual(names('inference'));
    expect(names('second').length).toBeGreaterThanOrEqual(5);
  });
});
