import { describe, expect, it } from 'vitest';
import { images } from '../../lib/versions';
import { synthesize } from '../support/environments';
import { all } from '../support/platform-samples';

describe('the digests of images', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const of = (...names: string[]) => ({
    ...all,
    images: { digests: Object.fromEntries(names.map((name) => [name, digest])) },
  });

  it('reach pods and helm charts alike', () => {
    const { app, platform } = synthesize(of(images.minio, images.mlflow));
    expect(JSON.stringify(app.charts.map((chart) => chart.toJson()))).toContain(`${images.minio}@${digest}`);
    expect(platform.deployFiles['values/mlflow.yaml']).toContain(`@${digest}`);
  });

  it('fails for one that nothing uses, unless some stacks are left out', () => {
    expect(() => synthesize(of('a:1')).app.synthYaml()).toThrow(
      "'images.digests' must name images that are used, got 'a:1'",
    );
    expect(() => synthesize(of(images.minio), 'inference').app.synthYaml()).not.toThrow();
  });
});
