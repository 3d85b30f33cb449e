import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { buildPlatform } from '../../lib/platform/platform';
import { synthesize } from '../support/environments';
import { all, enabled, fair } from '../support/platform-samples';

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
