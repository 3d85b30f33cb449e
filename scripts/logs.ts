import { command, kubectl, namespacesOf, openDay } from './day/day';
import { attempt, run, Stop } from './day/programs';

const USAGE = `npm run logs -- STACK [COMPONENT] [--follow] [--tail 50] [--context CONTEXT]
Prints what the pods of a stack say: of those whose names start with COMPONENT, or of all.`;
const OPTIONS = {
  follow: { type: 'boolean', short: 'f', default: false },
  tail: { type: 'string', default: '50' },
} as const;

await command(USAGE, OPTIONS, async ({ follow, tail, ...common }, [stack = '', component = '']) => {
  const day = openDay(common, { all: true });
  const stacks = namespacesOf(day);
  const { [stack]: namespaces } = stacks;
  if (namespaces === undefined)
    throw new Stop(`STACK must be one of ${Object.keys(stacks).join(', ')}, got '${stack}'`);
  const lists = namespaces.map(async (namespace) => {
    const names = await run(kubectl(day, '-n', namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}'));
    return names.split(' ').map((pod) => ({ namespace, pod }));
  });
  const pods = (await Promise.all(lists)).flat().filter(({ pod }) => pod !== '');
  const chosen = pods.filter(({ pod }) => pod.startsWith(component));
  const there = pods.map(({ pod }) => pod).join(', ') || 'none';
  if (chosen.length === 0) throw new Stop(`No pod of ${stack} starts with '${component}'. It has: ${there}.`);
  const how = ['--all-containers', '--prefix', `--tail=${tail}`, ...(follow ? ['--follow'] : [])];
  const printed = chosen.map(({ namespace, pod }) =>
    attempt(kubectl(day, '-n', namespace, 'logs', pod, ...how), { prints: true }),
  );
  return (await Promise.all(printed)).every(({ code }) => code === 0) ? 0 : 1;
});
