import { imageStates, load, requireEngine } from './day/cluster';
import { command } from './day/day';
import { run, stop } from './day/programs';

const USAGE = `npm run images -- [--build IMAGE=FOLDER]... [--context CONTEXT]
Loads the images that you build into the nodes, and says which nobody has built. --build builds one of a folder first.`;

await command(USAGE, { build: [] as readonly string[] }, async (open, { build }) => {
  const day = open();
  const program = await requireEngine();
  const builds = build.map((text) => {
    const [, image, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    return image && folder ? ([image, folder] as const) : stop(`--build must be IMAGE=FOLDER, got '${text}'`);
  });
  for (const [image, folder] of builds) await run([program, 'build', '--tag', image, folder], { show: console.log });
  const names = builds.map(([image]) => image);
  const states = await imageStates(day, names);
  for (const state of states) {
    const { image, id, isLoaded } = state;
    if (id !== undefined && !isLoaded) await load(day, state, console.log);
    console.log(`${image}: ${id === undefined ? 'not built' : isLoaded ? 'is in the nodes' : 'loaded into the nodes'}`);
  }
  return states.every(({ id }) => id !== undefined) ? 0 : 1;
});
