import { Listr, type ListrTask } from 'listr2';
import { localUrl } from '../lib/platform';
import { upload } from './day/bucket';
import { ensureCluster, requireContext } from './day/cluster';
import { command, type Day, forget, openDay, remember, remembered } from './day/day';
import { forwardedPorts, forwardHealth, requireFreePorts, startForwards } from './day/forwards';
import { nodeHealth, problemsOf, stackHealth, type Thing } from './day/health';
import { builtImages, imageStates, load } from './day/images';
import { apply, drift, synthesize } from './day/objects';
import { isThere, Stop, until } from './day/programs';
import { releaseStates, sync } from './day/releases';
import { clientProblem, register, registrations, stackEnvironment } from './day/servers';

const USAGE = `npm run up -- [--data FOLDER] [--image IMAGE]... [--no-releases] [--context CONTEXT] [--minutes 15]
Brings an environment up, or what of it is missing: cluster, objects, releases, ports, registrations.

  --data         uploads the files of a folder as sample data
  --image        loads an image of yours into the nodes, beside those that the stacks name
  --no-releases  leaves out the helm releases, and what needs them
  --context      a cluster that is there, in place of the environment's own
  --minutes      how long to wait for pods and ports`;

const LOCK = 'up.json';

await command(
  USAGE,
  {
    data: { type: 'string' },
    image: { type: 'string', multiple: true, default: [] },
    'no-releases': { type: 'boolean', default: false },
    minutes: { type: 'string', default: '15' },
  },
  async (options) => {
    const { data, image: more = [], 'no-releases': none = false } = options;
    const seconds = Number(options.minutes) * 60;
    if (!(seconds > 0)) throw new Stop(`--minutes must be a number above 0, got '${options.minutes}'`);
    const day = openDay(options);
    const left: string[] = [];
    lock(day);
    try {
      await new Listr(tasks(day, { named: options.context, data, more, releases: !none, seconds, left }), {
        registerSignalListeners: false,
        fallbackRenderer: 'verbose',
        fallbackRendererCondition: () => process.stdout.isTTY !== true || process.env.CI !== undefined,
        rendererOptions: { collapseSubtasks: false },
      }).run();
    } finally {
      forget(day, LOCK);
    }
    console.log(`\n${urls(day, forwardedPorts(day, !none))}`);
    for (const line of left) console.log(`- ${line}`);
    return 0;
  },
);

interface Wanted {
  readonly named?: string;
  readonly data?: string;
  readonly more: readonly string[];
  readonly releases: boolean;
  readonly seconds: number;
  /** What the user has to do. */
  readonly left: string[];
}

/** Two of them would get in each other's way. */
function lock(day: Day): void {
  const pid = remembered<number>(day, LOCK);
  if (pid !== undefined && isRunning(pid)) throw new Stop(`Another \`npm run up\` is running (pid ${pid}).`);
  remember(day, LOCK, process.pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function tasks(day: Day, { named, data, more, releases, seconds, left }: Wanted): ListrTask[] {
  const ports = forwardedPorts(day, releases);
  const isForwarded = (name: string) => ports.some((port) => port.name === name);
  const releasesTask = async (stage: 'operators' | 'applications', show: (line: string) => void) => {
    const states = (await releaseStates(day)).filter(
      ({ release, problem }) => problem !== undefined && (release.stage ?? 'applications') === stage,
    );
    if (states.length > 0) await sync(day, states, show);
    return states.length;
  };
  return [
    {
      title: 'Machine',
      task: async (_, task) => {
        if (day.kind === undefined) await requireContext(day);
        const programs = [
          'kubectl',
          ...(day.kind ? ['kind'] : []),
          ...(releases && day.platform.releases.length > 0 ? ['helm', 'helmfile'] : []),
        ];
        for (const program of programs) {
          if (!(await isThere(program)))
            throw new Stop(`${program} is not on the search path: \`npm run setup\` says how to get it.`);
        }
        await requireFreePorts(day, ports);
        for (const client of releases ? clientsOf(day) : []) {
          const problem = await clientProblem(client);
          if (problem?.startsWith('is missing')) left.push(`${client.program} ${problem}, then \`npm run up\` again`);
          else if (problem !== undefined) throw new Stop(`${client.program} ${problem}`);
        }
        task.title = `Machine: ${programs.join(', ')} and ${ports.length} free ports`;
      },
    },
    {
      title: 'dist/ and deploy/',
      task: () => synthesize(day, named),
    },
    {
      title: `Cluster of the context ${day.context}`,
      task: (_, task) => ensureCluster(day, (line) => (task.output = line)),
    },
    {
      title: 'Images that you build',
      enabled: () => day.kind !== undefined,
      task: async (_, task) => {
        const states = await imageStates(day, [...new Set([...builtImages(day), ...more])]);
        const built = states.filter(({ id, isLoaded }) => id !== undefined && !isLoaded);
        for (const state of built) await load(day, state, (line) => (task.output = line));
        const missing = more.filter((image) => states.some((state) => state.image === image && state.id === undefined));
        if (missing.length > 0) throw new Stop(`Nobody has built ${missing.join(', ')}: docker image ls`);
        if (built.length === 0) task.skip('Images that you build: nothing to load');
      },
    },
    {
      title: 'Objects',
      task: async (_, task) => {
        const differing = await drift(day);
        if (differing.length === 0) return task.skip('Objects: all as they are written');
        task.output = `${differing.length} missing or different`;
        await apply(day, async () => {
          if (releases) await releasesTask('operators', (line) => (task.output = line));
        });
        task.title = `Objects: ${differing.length} applied`;
      },
    },
    {
      title: 'Releases',
      skip: () =>
        !releases && `Releases: left out (--no-releases): ${day.platform.releases.map(({ name }) => name).join(', ')}`,
      task: async (_, task) => {
        const show = (line: string) => (task.output = line);
        const count = (await releasesTask('operators', show)) + (await releasesTask('applications', show));
        if (count === 0) return task.skip('Releases: all as they are configured');
        task.title = `Releases: ${count} installed or changed`;
      },
    },
    {
      title: 'Pods and Jobs',
      task: async (_, task) => {
        const images = new Set<string>();
        const problems = async () => {
          const [nodes, stacks] = await Promise.all([nodeHealth(day), stackHealth(day)]);
          return [...nodes.filter(({ problem }) => problem), ...notForImages(problemsOf(stacks), images)];
        };
        const waiting = await until(
          problems,
          seconds,
          (some) => (task.output = `${some.length} not ready: ${some[0]?.name} ${some[0]?.problem}`),
        );
        if (waiting.length > 0) {
          const lines = waiting.map(({ name, problem }) => `  ${name} ${problem}`);
          throw new Stop(
            [
              'Not ready in time:',
              ...lines,
              '`npm run up -- --minutes 30` waits longer; `npm run logs -- STACK` shows what they say.',
            ].join('\n'),
          );
        }
        for (const image of images) left.push(`${image} is in no node: build it, then \`npm run images\``);
      },
    },
    {
      title: 'Ports',
      task: async (_, task) => {
        await startForwards(day, ports);
        const failing = async () =>
          (await Promise.all(ports.map(forwardHealth))).filter(({ problem }) => problem !== undefined);
        const silent = await until(failing, seconds, (some) => (task.output = some.map(({ name }) => name).join(', ')));
        if (silent.length > 0) {
          const lines = silent.map(
            ({ name, url, problem }) => `  ${name} (${url}) ${problem}: ${day.state}/logs/${name}.log`,
          );
          throw new Stop(['Ports that do not answer:', ...lines].join('\n'));
        }
        task.title = `Ports: ${ports.length} answer`;
      },
    },
    ...Object.entries(day.platform.days).flatMap(([stack, own]): ListrTask[] => [
      {
        title: `Registrations of ${stack}`,
        enabled: () => (own.registrations ?? []).length > 0,
        skip: () =>
          (own.login !== undefined &&
            !isForwarded(own.login.port) &&
            `Registrations of ${stack}: left out, ${own.login.port} is not there`) ||
          (left.some((line) => (own.clients ?? []).some(({ program }) => line.startsWith(`${program} is missing`))) &&
            `Registrations of ${stack}: left out, a client is missing`),
        task: async (_, task) => {
          const { env, token } = await stackEnvironment(own);
          const found = (await registrations(day, own, token)).filter(({ problem }) => problem !== undefined);
          if (found.length === 0) return task.skip(`Registrations of ${stack}: all there`);
          // What is imported last stays active.
          for (const one of found) {
            task.output = one.registration.name;
            await register(day, one, env);
          }
          task.title = `Registrations of ${stack}: ${found.map(({ registration }) => registration.name).join(', ')}`;
        },
      },
      {
        title: `Sample data of ${stack}`,
        enabled: () => data !== undefined && own.data !== undefined && isForwarded(own.data.port),
        task: async (_, task) => {
          if (data === undefined || own.data === undefined) return;
          const count = await upload(data, own.data, (line) => (task.output = line));
          task.title = `Sample data of ${stack}: ${count} files in s3://${own.data.bucket}/${own.data.prefix}`;
        },
      },
    ]),
  ];
}

const clientsOf = ({ platform }: Day) => Object.values(platform.days).flatMap(({ clients = [] }) => clients);

/** Without what waits for an image that only the user can build. */
function notForImages(problems: readonly Thing[], images: Set<string>): readonly Thing[] {
  const waiting = problems.filter(({ image }) => image !== undefined);
  for (const { image = '' } of waiting) images.add(image);
  const isOwner = ({ name }: Thing) => waiting.some((pod) => pod.name.startsWith(`${name.split(' ').at(-1)}-`));
  return problems.filter((one) => one.image === undefined && !isOwner(one));
}

/** What is open where, and who logs in. */
function urls(day: Day, ports: ReturnType<typeof forwardedPorts>): string {
  const logins = Object.assign({}, ...Object.values(day.platform.days).map(({ logins = {} }) => logins));
  const services = Object.values(day.objects)
    .flat()
    .filter(({ kind }) => kind === 'Service');
  const mapped =
    day.kind === undefined
      ? []
      : day.platform.nodePorts.flatMap(({ nodePort, hostPort }) => {
          const service = services.find(({ spec }) =>
            spec.ports?.some((port: { nodePort?: number }) => port.nodePort === nodePort),
          );
          return service === undefined
            ? []
            : [[`${service.metadata.namespace}/${service.metadata.name}`, `http://localhost:${hostPort}`, '']];
        });
  const rows = [...ports.map((port) => [port.name, localUrl(port), logins[port.name] ?? '']), ...mapped];
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([name = '', url = '', login]) =>
    `${name.padEnd(widths[0] ?? 0)}  ${url.padEnd(widths[1] ?? 0)}  ${login}`.trimEnd(),
  );
  const files = Object.keys(day.platform.deployFiles).filter((path) => path.endsWith('.env'));
  return [...lines, ...files.map((path) => `Variables for your programs: set -a; . deploy/${path}; set +a`)].join('\n');
}
