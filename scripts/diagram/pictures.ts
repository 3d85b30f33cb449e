import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { dev, environment, prod } from '../../environments';
import { architecture, architectureMermaid, buildPlatform, footprints } from '../../lib/platform';
import type { Files } from '../../lib/platform/files';
import { isInstalled } from '../../lib/platform/releases/release';
import { footprintPicture } from './footprint';
import { picture } from './picture';
import { autoscaler, rollout, scalingOf } from './scaling';

/** A finished environment and its model: all of it, or some of its stacks without the operators beside them. */
export function architectureOf(environmentName: string, stacks = 'all') {
  const app = new App();
  const { releases } = buildPlatform(app, environment(environmentName), stacks);
  const shown = releases.filter(({ stage }) => stacks === 'all' || stage !== 'operators');
  return { app, releases, model: architecture(app, shown) };
}

/** Every picture of `docs/pictures`, by the name of its file. */
export function pictures(): Files {
  const found: Record<string, string> = {};
  for (const { name } of [dev, prod]) {
    const suffix = name === 'dev' ? '' : `-${name}`;
    const { app, releases, model } = architectureOf(name);
    found[`platform${suffix}.svg`] = picture(`The platform in the environment ${name}`, model, true);
    const notCounted = releases.filter(isInstalled).map((release) => release.name);
    found[`footprint${suffix}.svg`] = footprintPicture(`What pods request in ${name}`, footprints(app), notCounted);
    // In production the other stacks differ in numbers only.
    for (const stack of name === 'dev' ? Object.keys(dev.stacks) : ['fair']) {
      const title = `The stack ${stack} in the environment ${name}`;
      found[`${stack}${suffix}.svg`] = picture(title, architectureOf(name, stack).model, false);
    }
  }
  const scaling = scalingOf(architectureOf(dev.name, 'inference').app);
  return { ...found, 'inference-rollout.svg': rollout(scaling), 'inference-autoscaler.svg': autoscaler(scaling) };
}

/** The stacks that are short enough to be read as text. */
const PAGES = { fair: 'run-on-kind.md', inference: 'watch-it-scale.md', 'model-platform': 'deploy-a-model.md' };

/** The pages of `docs/how-to` that have a picture as text for Mermaid, with what it is now. */
export function pagesWithMermaid(folder: string): Files {
  const pages = Object.entries(PAGES).map(([stack, page]) => {
    const block = `\`\`\`mermaid\n${architectureMermaid(architectureOf(dev.name, stack).model)}\`\`\``;
    return [page, readFileSync(join(folder, page), 'utf8').replace(/```mermaid\n[^`]*```/, () => block)];
  });
  return Object.fromEntries(pages);
}
