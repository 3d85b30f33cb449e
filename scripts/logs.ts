import { command, kubectl, listed, namespacesOf } from './day/day';
import { attempt, stop } from './day/programs';

const USAGE = `npm run logs -- STACK [COMPONENT] [--follow] [--tail 50] [--context CONTEXT]
Prints what the pods of a stack say: of those whose names start with COMPONENT, or of all.`;
const OPTIONS = { follow: false, tail: '50' };

await command(USAGE, OPTIONS, async (open, { follow, tail }, [stack = '', component = '']) => {
  const day = open({ all: true });
  const stacks = namespacesOf(day);
  const { [stack]: namespaces } = stacks;
  if (namespaces === undefined) stop(`STACK must be one of ${Object.keys(stacks).join(', ')}, got '${stack}'`);
  const pods = (await Promise.all(namespaces.map((namespace) => listed(day, '-n', namespace, 'get', 'pods')))).flat();
  const chosen = pods.filter(({ metadata }) => metadata.name.startsWith(component));
  const there = pods.map(({ metadata }) => metadata.name).join(', ') || 'none';
  if (chosen.length === 0) stop(`No pod of ${stack} starts with '${component}'. It has: ${there}.`);
  const how = ['--all-containers', '--prefix', `--tail=${tail}`, ...(follow ? ['--follow'] : [])];
  const printed = chosen.map(({ metadata: { namespace, name } }) =>
    attempt(kubectl(day, '-n', namespace, 'logs', name, ...how), { prints: true }),
  );
  return (await Promise.all(printed)).every(({ code }) => code === 0) ? 0 : 1;
});
