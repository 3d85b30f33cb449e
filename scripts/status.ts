import { answers, requireContext } from './day/cluster';
import { command, type Day, kubectl } from './day/day';
import { forwardedPorts, forwardHealth } from './day/forwards';
import { nodeHealth, stackHealth, type Thing, unwell } from './day/health';
import { drift, releaseStates } from './day/objects';
import { attempt, stop } from './day/programs';
import { registrations } from './day/servers';

const USAGE = `npm run status -- [--json] [--no-releases] [--context CONTEXT]
Says what runs and what does not, and ends with 0 only where all is well. --no-releases leaves out helm.`;
const OPTIONS = { json: false, 'no-releases': false };

/** What `--json` has. */
const FIELDS = 'environment context ok sections title things name restarts problem'.split(' ');

/** What is well and what is not, under a title. */
type Section = readonly [title: string, things: readonly Thing[]];

await command(USAGE, OPTIONS, async (open, { json, 'no-releases': none }) => {
  const day = open();
  const { environment, context } = day;
  await requireContext(day);
  if (!(await answers(day))) stop(`The cluster of '${context}' does not answer: \`npm run up\` starts it.`);
  const forwarded = forwardedPorts(day, !none);
  const [nodes, stacks, objects, needed, releases, ports, ...registered] = await Promise.all([
    nodeHealth(day),
    stackHealth(day),
    drift(day),
    secrets(day),
    none ? [] : releaseStates(day),
    Promise.all(forwarded.map(forwardHealth)),
    ...Object.entries(day.platform.days).map(async ([stack, own]): Promise<Section> => {
      const isThere = forwarded.some(({ name }) => name === own.login?.port) && own.registrations?.length;
      const fail = ({ message }: Error) => [{ name: own.login?.url ?? stack, problem: message.replaceAll('\n', ' ') }];
      return [`Registrations of ${stack}`, isThere ? await registrations(day, own).catch(fail) : []];
    }),
  ]);
  const all: readonly Section[] = [
    ['Nodes', nodes],
    ...stacks,
    ['Objects', objects],
    ['Secrets', needed],
    ['Releases', releases],
    ['Ports', ports],
    ...registered,
  ];
  const shown = all.filter(([title, things]) => things.length > 0 || title === 'Objects');
  const ok = shown.every(([, things]) => unwell(things).length === 0);
  const sections = shown.map(([title, things]) => ({ title, things }));
  const report = JSON.stringify({ environment, context, ok, sections }, FIELDS, 2);
  console.log(json ? report : shown.map(textOf).join('\n'));
  return ok ? 0 : 1;
});

/** The Secrets that have to exist and that the environment does not write. */
async function secrets(day: Day): Promise<readonly Thing[]> {
  const { secrets = [] } = JSON.parse(day.platform.deployFiles['secrets.json'] ?? '{}');
  const things = secrets.map(async ({ namespace, name }: { namespace: string; name: string }): Promise<Thing> => {
    const { code } = await attempt(kubectl(day, '-n', namespace, 'get', 'secret', name, '-o', 'name'));
    const problem = code === 0 ? undefined : 'is missing: deploy/secrets.md has its command';
    return { name: `${namespace}/${name}`, problem };
  });
  return Promise.all(things);
}

function textOf([title, things]: Section): string {
  const bad = unwell(things);
  const restarted = things.filter(({ restarts = 0 }) => restarts > 0);
  const count = things.length === 0 ? 'all well' : `${things.length - bad.length} of ${things.length} well`;
  return [
    `${bad.length === 0 ? '✔' : '✖'} ${title}: ${count}`,
    ...bad.map(({ name, problem }) => `    ${name}: ${problem}`),
    ...restarted.map(({ name, restarts }) => `    ${name}: ${restarts} restarts`),
  ].join('\n');
}
