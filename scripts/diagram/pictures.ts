import { App } from 'cdk8s';
import { dev, environment, prod } from '../../environments';
import { architecture, buildPlatform, footprints } from '../../lib/platform';
import type { Files } from '../../lib/platform/files';
import { isInstalled } from '../../lib/platform/releases/release';
import { drawnArchitecture } from '../../lib/platform/reports/drawn-architecture';
import { footprintPicture } from './footprint';
import { platformPicture, stackPicture } from './picture';
import { autoscaler, rollout, scalingOf } from './scaling';

/** A finished environment: all of it, or some of its stacks without the operators beside them. */
export function architectureOf(environmentName: string, stacks = 'all') {
  const app = new App();
  const { releases } = buildPlatform(app, environment(environmentName), stacks);
  return architecture(
    app,
    releases.filter(({ stage }) => stacks === 'all' || stage !== 'operators'),
  );
}

/** Every picture of `docs/pictures`, by the name of its file. */
export async function pictures(): Promise<Files> {
  const found: Record<string, string> = {};
  for (const { name } of [dev, prod]) {
    const suffix = name === 'dev' ? '' : `-${name}`;
    const whole = architectureOf(name);
    const title = `The platform in the environment ${name}`;
    found[`platform${suffix}.svg`] = await platformPicture({
      title,
      drawn: drawnArchitecture(whole),
      pools: whole.pools,
    });
    // In production the other stacks differ in numbers only.
    for (const stack of name === 'dev' ? Object.keys(dev.stacks) : ['fair']) {
      const model = architectureOf(name, stack);
      const picture = {
        title: `The stack ${stack} in the environment ${name}`,
        drawn: drawnArchitecture(model),
        pools: model.pools,
      };
      found[`${stack}${suffix}.svg`] = await stackPicture(picture);
    }
    const app = new App();
    const { releases } = buildPlatform(app, environment(name), 'all');
    const notCounted = releases.filter(isInstalled).map((release) => release.name);
    found[`footprint${suffix}.svg`] = footprintPicture(`What pods request in ${name}`, footprints(app), notCounted);
  }
  const app = new App();
  buildPlatform(app, dev, 'inference');
  const scaling = scalingOf(app);
  return { ...found, 'inference-rollout.svg': rollout(scaling), 'inference-autoscaler.svg': autoscaler(scaling) };
}
