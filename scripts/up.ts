import { type ForwardedPort, localUrl, type StackDay } from '../lib/platform';
import { upload } from './day/bucket';
import { ensureCluster, kindClusters, requireContext } from './day/cluster';
import { allObjects, command, type Day, forget, openDay, remember, remembered } from './day/day';
import { forwardedPorts, forwardHealth, requireFreePorts, startForwards } from './day/forwards';
import { nodeHealth, problemsOf, stackHealth, type Thing } from './day/health';
import { builtImages, imageStates, load } from './day/images';
import { apply, drift, synthesize } from './day/objects';
import { requirePrograms, Stop, until } from './day/programs';
import { releaseStates, sync } from './day/releases';
import { clientProblem, register, registrations, stackEnvironment } from './day/servers';
import { type Show, type Step, take } from './day/steps';

const USAGE = `npm run up -- [--data FOLDER] [--image IMAGE]... [--no-releases] [--context CONTEXT] [--minutes 15]
Brings an environment up, or what of it is missing. --data uploads sample data, --image loads an image of yours, too,
--no-releases leaves out helm, --context names a cluster that is there, --minutes how long to wait for pods and ports.`;
const LOCK = 'up.json';
const OPTIONS = {
  data: { type: 'string' },
  image: { type: 'string', multiple: true },
  'no-releases': { type: 'boolean', default: false },
  minutes: { type: 'string', default: '15' },
} as const;

await command(USAGE, OPTIONS, async ({ data, image = [], 'no-releases': none, minutes, ...common }) => {
  const seconds = Number(minutes) * 60;
  if (!(seconds > 0)) throw new Stop(`--minutes must be a number above 0, got '${minutes}'`);
  const day = openDay(common);
  const up = {
    day,
    seconds,
    releases: !none,
    ports: forwardedPorts(day, !none),
    left: [],
    noClient: new Set<string>(),
  };
  lock(day);
  try {
    await take([
      { title: 'Machine', run: () => machine(up) },
      { title: 'dist/ and deploy/', run: async () => synthesize(day, common.context) },
      { title: `Cluster of the context ${day.context}`, run: (show) => ensureCluster(day, show) },
      ...(day.kind ? [{ title: 'Images', run: (show: Show) => images(up, image, show) }] : []),
      { title: 'Objects', run: (show) => objects(up, show) },
      { title: 'Releases', run: (show) => releases(up, show) },
      { title: 'Pods and Jobs', run: (show) => pods(up, show) },
      { title: 'Ports', run: (show) => ports(up, show) },
      ...Object.entries(day.platform.days).flatMap(([stack, own]) => stackSteps(up, stack, own, data)),
    ]);
  } finally {
    forget(day, LOCK);
  }
  console.log(['', ...urls(up), ...up.left.map((line) => `- ${line}`)].join('\n'));
  return 0;
});

interface Up {
  readonly day: Day;
  readonly seconds: number;
  readonly releases: boolean;
  readonly ports: readonly ForwardedPort[];
  /** What the user has to do. */
  readonly left: string[];
  /** Programs that registrations need and that are missing. */
  readonly noClient: Set<string>;
}

/** Two of them would get in each other's way. */
function lock(day: Day): void {
  const pid = remembered<number>(day, LOCK);
  try {
    if (pid !== undefined && process.kill(pid, 0)) throw new Stop(`Another \`npm run up\` is running (pid ${pid}).`);
  } catch (error) {
    if (error instanceof Stop) throw error;
  }
  remember(day, LOCK, process.pid);
}

async function machine({ day, releases, ports, left, noClient }: Up): Promise<string> {
  if (day.kind === undefined) await requireContext(day);
  const helm = releases && day.platform.releases.length > 0 ? ['helm', 'helmfile'] : [];
  await requirePrograms('kubectl', ...(day.kind ? ['kind'] : []), ...helm);
  const isNew = day.kind !== undefined && !(await kindClusters()).includes(day.kind);
  const mapped = isNew
    ? day.platform.nodePorts.map(({ hostPort }) => ({ name: 'of the cluster', local: hostPort }))
    : [];
  await requireFreePorts(day, [...ports, ...mapped]);
  for (const client of releases ? Object.values(day.platform.days).flatMap(({ clients = [] }) => clients) : []) {
    const problem = await clientProblem(client);
    if (problem === undefined) continue;
    if (!problem.startsWith('is missing')) throw new Stop(`${client.program} ${problem}`);
    noClient.add(client.program);
    left.push(`${client.program} ${problem}, then \`npm run up\` again`);
  }
  return `all programs, and ${ports.length} free ports`;
}

async function images({ day }: Up, more: readonly string[], show: Show): Promise<string> {
  const states = await imageStates(day, [...new Set([...builtImages(day), ...more])]);
  const missing = states.filter(({ image, id }) => more.includes(image) && id === undefined).map(({ image }) => image);
  if (missing.length > 0) throw new Stop(`Nobody has built ${missing.join(', ')}.`);
  const built = states.filter(({ id, isLoaded }) => id !== undefined && !isLoaded);
  for (const state of built) await load(day, state, show);
  return built.length === 0 ? 'nothing to load' : `loaded ${built.map(({ image }) => image).join(', ')}`;
}

async function objects({ day, releases }: Up, show: Show): Promise<string> {
  const differing = await drift(day);
  if (differing.length === 0) return 'all are as they are written';
  show(`${differing.length} are missing or not as they are written`);
  await apply(day, async () => void (releases && (await syncStage(day, 'operators', show))));
  return `${differing.length} applied`;
}

async function releases({ day, releases }: Up, show: Show): Promise<string> {
  if (!releases) return `left out (--no-releases): ${day.platform.releases.map(({ name }) => name).join(', ')}`;
  const count = (await syncStage(day, 'operators', show)) + (await syncStage(day, 'applications', show));
  return count === 0 ? 'all are as they are configured' : `${count} installed or changed`;
}

async function syncStage(day: Day, wanted: 'operators' | 'applications', show: Show): Promise<number> {
  const states = (await releaseStates(day)).filter(
    ({ release: { stage = 'applications' }, problem }) => problem !== undefined && stage === wanted,
  );
  if (states.length > 0) await sync(day, states, show);
  return states.length;
}

async function pods({ day, seconds, left }: Up, show: Show): Promise<string> {
  const images = new Set<string>();
  const problems = async () => {
    const [nodes, stacks] = await Promise.all([nodeHealth(day), stackHealth(day)]);
    return [...nodes.filter(({ problem }) => problem !== undefined), ...notForImages(problemsOf(stacks), images)];
  };
  const waiting = await until(problems, seconds, ([first, ...others]) =>
    show(`${first?.name} ${first?.problem}${others.length > 0 ? `, and ${others.length} others` : ''}`),
  );
  if (waiting.length > 0) {
    throw new Stop(
      [
        'Not ready in time:',
        ...lines(waiting),
        '--minutes waits longer; `npm run logs -- STACK` shows what they say.',
      ].join('\n'),
    );
  }
  for (const image of images) left.push(`${image} is in no node: build it, then \`npm run images\``);
  return 'all are well';
}

/** Without what waits for an image that only the user can build. */
function notForImages(problems: readonly Thing[], images: Set<string>): readonly Thing[] {
  const waiting = problems.filter(({ image }) => image !== undefined);
  for (const { image = '' } of waiting) images.add(image);
  const isOwner = ({ name }: Thing) => waiting.some((pod) => pod.name.startsWith(`${name.split(' ').at(-1)}-`));
  return problems.filter((one) => one.image === undefined && !isOwner(one));
}

async function ports({ day, seconds, ports }: Up, show: Show): Promise<string> {
  await startForwards(day, ports);
  const failing = async () =>
    (await Promise.all(ports.map(forwardHealth))).filter(({ problem }) => problem !== undefined);
  const silent = await until(failing, seconds, (some) => show(some.map(({ name }) => name).join(', ')));
  if (silent.length === 0) return `${ports.length} answer`;
  throw new Stop(['Ports that do not answer:', ...lines(silent), `Why: ${day.state}/logs`].join('\n'));
}

function stackSteps({ day, ports, noClient }: Up, stack: string, own: StackDay, data: string | undefined): Step[] {
  const { login, clients = [], data: bucket } = own;
  const isForwarded = (name: string) => ports.some((port) => port.name === name);
  const registering = async (show: Show) => {
    if (login !== undefined && !isForwarded(login.port)) return `left out, ${login.port} is not there`;
    if (clients.some(({ program }) => noClient.has(program))) return 'left out, their client is missing';
    const { env, token } = await stackEnvironment(own);
    const found = (await registrations(day, own, token)).filter(({ problem }) => problem !== undefined);
    // What is imported last stays active.
    for (const one of found) {
      show(one.name);
      await register(day, one, env);
    }
    return found.length === 0 ? 'all are there' : found.map(({ name }) => name).join(', ');
  };
  const uploading = async (show: Show) => {
    if (bucket === undefined || data === undefined || !isForwarded(bucket.port)) return 'left out';
    return `${await upload(data, bucket, show)} files in s3://${bucket.bucket}/${bucket.prefix}`;
  };
  return [
    ...(own.registrations?.length ? [{ title: `Registrations of ${stack}`, run: registering }] : []),
    ...(bucket && data ? [{ title: `Sample data of ${stack}`, run: uploading }] : []),
  ];
}

/** What is open where, and who logs in. */
function urls({ day, ports }: Up): readonly string[] {
  const { days, nodePorts, deployFiles } = day.platform;
  const logins: Record<string, string> = Object.assign({}, ...Object.values(days).map(({ logins = {} }) => logins));
  const services = allObjects(day).filter(({ kind }) => kind === 'Service');
  const mapped = (day.kind ? nodePorts : []).flatMap(({ nodePort, hostPort }) =>
    services
      .filter(({ spec }) => spec.ports?.some((port: { nodePort?: number }) => port.nodePort === nodePort))
      .map(({ metadata }) => [metadata.name, `http://localhost:${hostPort}`, '']),
  );
  const rows = [...ports.map((port) => [port.name, localUrl(port), logins[port.name] ?? '']), ...mapped];
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  const files = Object.keys(deployFiles).filter((path) => path.endsWith('.env'));
  return [
    ...rows.map(([name = '', url = '', login]) =>
      `${name.padEnd(width(0))}  ${url.padEnd(width(1))}  ${login}`.trimEnd(),
    ),
    ...files.map((path) => `Variables for your programs: set -a; . deploy/${path}; set +a`),
  ];
}

const lines = (things: readonly Thing[]) => things.map(({ name, problem }) => `  ${name} ${problem}`);
