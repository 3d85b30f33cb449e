import { execa } from 'execa';
import { command, kubectl, namespacesOf, openDay } from './day/day';
import { run, Stop } from './day/programs';

const USAGE = `npm run logs -- STACK [COMPONENT] [--follow] [--tail 50] [--context CONTEXT]
Prints what the pods of a stack say: of those whose names start with COMPONENT, or of all.`;

const options = {
  follow: { type: 'boolean', short: 'f', default: false },
  tail: { type: 'string', default: '50' },
} as const;

await command(USAGE, options, async ({ follow, tail, ...common }, [stack = '', component = '']) => {
  const day = openDay(common, { all: true });
  const stacks = namespacesOf(day);
  const namespaces = stacks[stack];
  if (namespaces === undefined)
    throw new Stop(`STACK must be one of ${Object.keys(stacks).join(', ')}, got '${stack}'`);
  const found = namespaces.map(async (namespace) => {
    const names = await run(kubectl(day, '-n', namespace, 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}'));
    return names
      .split(' ')
      .filter((name) => name !== '')
      .map((pod) => ({ namespace, pod }));
  });
  const pods = (await Promise.all(found)).flat();
  const chosen = pods.filter(({ pod }) => pod.startsWith(component));
  if (chosen.length === 0)
    throw new Stop(
      `No pod of ${stack} starts with '${component}'. It has: ${pods.map(({ pod }) => pod).join(', ') || 'none'}.`,
    );
  const results = chosen.map(({ namespace, pod }) => {
    const more = [`--tail=${tail}`, ...(follow ? ['--follow'] : [])];
    const [program, ...args] = kubectl(day, '-n', namespace, 'logs', pod, '--all-containers', '--prefix', ...more);
    return execa(program, args, { stdio: ['ignore', 'inherit', 'inherit'], reject: false });
  });
  return (await Promise.all(results)).every(({ exitCode }) => exitCode === 0) ? 0 : 1;
});
