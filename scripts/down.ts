import { switchNodes } from './day/cluster';
import { command } from './day/day';
import { stopForwards } from './day/forwards';
import { stop } from './day/programs';

const USAGE = `npm run down -- [--nodes] [--context CONTEXT]
Stops the port-forwards; --nodes stops the containers of the nodes, too. All data stays: \`npm run up\` goes on from there.`;

await command(USAGE, { nodes: false }, async (open, { nodes }) => {
  const day = open();
  if (nodes && day.kind === undefined) stop(`The nodes of '${day.context}' are not containers of kind.`);
  console.log((await stopForwards(day)) ? 'The port-forwards are stopped.' : 'There were no port-forwards.');
  if (nodes && day.kind !== undefined) console.log(`${await switchNodes(day.kind, 'stop')} nodes are stopped.`);
});
