import { answers, requireContext } from './day/cluster';
import { command, type Day, kubectl, openDay } from './day/day';
import { forwardedPorts, forwardHealth } from './day/forwards';
import { nodeHealth, stackHealth, type Thing } from './day/health';
import { drift } from './day/objects';
import { attempt, Stop } from './day/programs';
import { releaseStates } from './day/releases';
import { registrations, stackEnvironment } from './day/servers';

const USAGE = `npm run status -- [--json] [--no-releases] [--context CONTEXT]
Says what runs and what does not, and ends with 0 only where all is well. --no-releases leaves out helm.`;
const OPTIONS = {
  json: { type: 'boolean', default: false },
  'no-releases': { type: 'boolean', default: false },
} as const;

/** What is well and what is not, under a title. */
type Section = readonly [title: string, things: readonly Thing[]];

await command(USAGE, OPTIONS, async ({ json, 'no-releases': none, ...common }) => {
  const day = openDay(common);
  await requireContext(day);
  if (!(await answers(day)))
    throw new Stop(`The cluster of '${day.context}' does not answer: \`npm run up\` starts it.`);
  const all = await Promise.all([
    nodeHealth(day).then((nodes): Section[] => [['Nodes', nodes]]),
    stackHealth(day).then((stacks) => stacks.map(({ stack, things }): Section => [`Stack ${stack}`, things])),
    drift(day).then((things): Section[] => [['Objects', things]]),
    secrets(day),
    none ? [] : releaseStates(day).then((states): Section[] => [['Releases', states]]),
    ports(day, !none),
  ]);
  const sections = all.flat().filter(([title, things]) => things.length > 0 || title === 'Objects');
  const ok = sections.every(([, things]) => things.every(({ problem }) => problem === undefined));
  const named = sections.map(([title, things]) => ({
    title,
    things: things.map(({ name, restarts, problem }) => ({ name, restarts, problem })),
  }));
  if (json)
    console.log(JSON.stringify({ environment: day.environment, context: day.context, ok, sections: named }, null, 2));
  else for (const section of sections) console.log(shown(section));
  return ok ? 0 : 1;
});

/** The Secrets that have to exist and that the environment does not write. */
async function secrets(day: Day): Promise<Section[]> {
  const { secrets = [] } = JSON.parse(day.platform.deployFiles['secrets.json'] ?? '{}');
  const things = secrets.map(async ({ namespace, name }: { namespace: string; name: string }): Promise<Thing> => {
    const { code } = await attempt(kubectl(day, '-n', namespace, 'get', 'secret', name, '-o', 'name'));
    return {
      name: `${namespace}/${name}`,
      ...(code !== 0 && { problem: 'is missing: deploy/secrets.md has its command' }),
    };
  });
  return [['Secrets', await Promise.all(things)]];
}

/** The forwarded ports, and what is registered on the servers behind them. */
async function ports(day: Day, withReleases: boolean): Promise<Section[]> {
  const forwarded = forwardedPorts(day, withReleases);
  const registered = Object.entries(day.platform.days).map(async ([stack, own]): Promise<Section> => {
    const isThere = forwarded.some(({ name }) => name === own.login?.port);
    const ask = async () => registrations(day, own, (await stackEnvironment(own)).token);
    const fail = ({ message }: Error) => [{ name: own.login?.url ?? stack, problem: message.replaceAll('\n', ' ') }];
    return [`Registrations of ${stack}`, isThere && own.registrations?.length ? await ask().catch(fail) : []];
  });
  return [['Ports', await Promise.all(forwarded.map(forwardHealth))], ...(await Promise.all(registered))];
}

function shown([title, things]: Section): string {
  const bad = things.filter(({ problem }) => problem !== undefined);
  const restarted = things
    .filter(({ restarts = 0 }) => restarts > 0)
    .map((one) => `    ${one.name}: ${one.restarts} restarts`);
  const count = things.length === 0 ? 'all well' : `${things.length - bad.length} of ${things.length} well`;
  const mark = bad.length === 0 ? '✔' : '✖';
  return [
    `${mark} ${title}: ${count}`,
    ...bad.map(({ name, problem }) => `    ${name}: ${problem}`),
    ...restarted,
  ].join('\n');
}
