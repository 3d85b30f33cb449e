import { answers, requireContext } from './day/cluster';
import { command, type Day, kubectl, openDay, written } from './day/day';
import { forwardedPorts, forwardHealth } from './day/forwards';
import { nodeHealth, stackHealth, type Thing } from './day/health';
import { drift } from './day/objects';
import { attempt, Stop } from './day/programs';
import { releaseStates } from './day/releases';
import { registrations, stackEnvironment } from './day/servers';

const USAGE = `npm run status -- [--json] [--no-releases] [--context CONTEXT]
Says what runs and what does not. Ends with 0 only where all is well.

  --json         for programs
  --no-releases  leaves out the helm releases, and what needs them`;

interface Section {
  readonly title: string;
  readonly things: readonly Thing[];
}

const options = {
  json: { type: 'boolean', default: false },
  'no-releases': { type: 'boolean', default: false },
} as const;

await command(USAGE, options, async ({ json, 'no-releases': none, ...common }) => {
  const day = openDay(common);
  await requireContext(day);
  if (!(await answers(day)))
    throw new Stop(`The cluster of the context '${day.context}' does not answer: \`npm run up\` starts it.`);
  const sections = (await Promise.all([cluster(day), objects(day), releases(day, !none), ports(day, !none)])).flat();
  const ok = sections.every(({ things }) => things.every(({ problem }) => problem === undefined));
  if (json) console.log(JSON.stringify({ environment: day.environment, context: day.context, ok, sections }, null, 2));
  else for (const section of sections) console.log(shown(section));
  return ok ? 0 : 1;
});

async function cluster(day: Day): Promise<Section[]> {
  const [nodes, stacks] = await Promise.all([nodeHealth(day), stackHealth(day)]);
  return [
    { title: 'Nodes', things: nodes },
    ...stacks.map(({ stack, pods, workloads }) => ({ title: `Stack ${stack}`, things: [...workloads, ...pods] })),
  ];
}

async function objects(day: Day): Promise<Section[]> {
  const differing = (await drift(day)).map((name) => ({ name, problem: `otherwise than ${written(day, 'dist')}/` }));
  const secrets = JSON.parse(day.platform.deployFiles['secrets.json'] ?? '{"secrets":[]}').secrets ?? [];
  const required = secrets.map(async ({ namespace, name }: { namespace: string; name: string }) => {
    const { code } = await attempt(kubectl(day, '-n', namespace, 'get', 'secret', name, '-o', 'name'));
    return {
      name: `${namespace}/${name}`,
      ...(code !== 0 && { problem: 'is missing: deploy/secrets.md has its command' }),
    };
  });
  return [
    { title: 'Objects', things: differing },
    ...(required.length > 0 ? [{ title: 'Secrets', things: await Promise.all(required) }] : []),
  ];
}

async function releases(day: Day, wanted: boolean): Promise<Section[]> {
  if (!wanted || day.platform.releases.length === 0) return [];
  const states = await releaseStates(day);
  const things = states.map(({ release: { namespace, name }, problem }) => ({ name: `${namespace}/${name}`, problem }));
  return [{ title: 'Releases', things }];
}

/** The forwarded ports, and what is registered on the servers behind them. */
async function ports(day: Day, withReleases: boolean): Promise<Section[]> {
  const forwarded = forwardedPorts(day, withReleases);
  const things = await Promise.all(forwarded.map(forwardHealth));
  const servers = Object.entries(day.platform.days).filter(
    ([, { login, registrations = [] }]) =>
      registrations.length > 0 && forwarded.some(({ name }) => name === login?.port),
  );
  const registered = servers.map(async ([stack, own]): Promise<Section> => {
    const title = `Registrations of ${stack}`;
    try {
      const found = await registrations(day, own, (await stackEnvironment(own)).token);
      return { title, things: found.map(({ registration: { name }, problem }) => ({ name, problem })) };
    } catch (error) {
      return {
        title,
        things: [{ name: own.login?.url ?? stack, problem: (error as Error).message.replaceAll('\n', ' ') }],
      };
    }
  });
  const named = things.map(({ name, url, problem }) => ({ name: `${name} ${url}`, problem }));
  return [{ title: 'Ports', things: named }, ...(await Promise.all(registered))];
}

function shown({ title, things }: Section): string {
  const bad = things.filter(({ problem }) => problem !== undefined);
  const restarted = things
    .filter(({ restarts = 0 }) => restarts > 0)
    .map(({ name, restarts }) => `    ${name}: restarted ${restarts} times`);
  const lines = bad.map(({ name, problem }) => `    ${name}: ${problem}`);
  const count = things.length === 0 ? 'all well' : `${things.length - bad.length} of ${things.length} well`;
  return [`${bad.length === 0 ? '✔' : '✖'} ${title}: ${count}`, ...lines, ...restarted].join('\n');
}
