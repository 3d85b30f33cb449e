import { requireEngine } from './day/cluster';
import { command, openDay } from './day/day';
import { builtImages, imageStates, load } from './day/images';
import { run, Stop } from './day/programs';

const USAGE = `npm run images -- [--build IMAGE=FOLDER]... [--context CONTEXT]
Loads the images that you build into the nodes, and says which nobody has built.

  --build  builds an image from the Dockerfile of a folder first`;

await command(USAGE, { build: { type: 'string', multiple: true, default: [] } }, async ({ build = [], ...common }) => {
  const day = openDay(common);
  const program = await requireEngine();
  const builds = build.map((text) => {
    const [, image, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (image === undefined || folder === undefined) throw new Stop(`--build must be IMAGE=FOLDER, got '${text}'`);
    return { image, folder };
  });
  for (const { image, folder } of builds) await run([program, 'build', '--tag', image, folder], { show: console.log });
  const states = await imageStates(day, [...new Set([...builtImages(day), ...builds.map(({ image }) => image)])]);
  for (const state of states) {
    if (state.id !== undefined && !state.isLoaded) await load(day, state, console.log);
    console.log(
      `${state.image}: ${state.id === undefined ? 'not built' : state.isLoaded ? 'is in the nodes' : 'loaded into the nodes'}`,
    );
  }
  return states.every(({ id }) => id !== undefined) ? 0 : 1;
});
