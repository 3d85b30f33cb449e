import { stopNodes } from './day/cluster';
import { command, openDay } from './day/day';
import { stopForwards } from './day/forwards';
import { Stop } from './day/programs';

const USAGE = `npm run down -- [--nodes] [--context CONTEXT]
Stops the port-forwards. All data stays, and \`npm run up\` goes on from there.

  --nodes  stops the containers of the nodes, too`;

await command(USAGE, { nodes: { type: 'boolean', default: false } }, async (options) => {
  const day = openDay(options);
  if (options.nodes && day.kind === undefined)
    throw new Stop(`The nodes of '${day.context}' are not containers of kind.`);
  console.log((await stopForwards(day)) ? 'The port-forwards are stopped.' : 'There were no port-forwards.');
  if (options.nodes && day.kind !== undefined) console.log(`${await stopNodes(day.kind)} nodes are stopped.`);
  return 0;
});
