import { localUrl } from '../lib/platform';
import { markdownTable } from '../lib/platform/reports/table';
import { ensureCluster, imageStates, kindClusters, load, requireContext } from './day/cluster';
import { command, type Day, forget, remember, remembered } from './day/day';
import { forwardedPorts, forwardHealth, requireFreePorts, startForwards } from './day/forwards';
import { nodeHealth, stackHealth, type Thing, unwell } from './day/health';
import { apply, drift, syncReleases } from './day/objects';
import { requirePrograms, stop, take, until, type Work } from './day/programs';
import { clientProblem, registrations, upload } from './day/servers';
import { isRunning, writeWhole } from './staging';

const USAGE = `npm run up -- [--data FOLDER] [--image IMAGE]... [--no-releases] [--context CONTEXT] [--minutes 15]
Brings an environment up, or what of it is missing. --data uploads sample data, --image loads an image of yours, too,
--no-releases leaves out helm, --context names a cluster that is there, --minutes how long to wait for pods and ports.`;
/** The process id of the one that is running: two would get in each other's way. */
const LOCK = 'up.json';
const OPTIONS = { data: '', image: [] as readonly string[], 'no-releases': false, minutes: '15' };

await command(USAGE, OPTIONS, async (open, { data: folder, image: others, 'no-releases': none, minutes }) => {
  const seconds = Number(minutes) * 60;
  if (!(seconds > 0)) stop(`--minutes must be a number above 0, got '${minutes}'`);
  const day = open();
  const { platform, kind, context } = day;
  const ports = forwardedPorts(day, !none);
  const todo: string[] = [];
  const missingClients = new Set<string>();

  const synthesize: Work = async () => {
    writeWhole('.', (staging) => {
      const { app, platform } = open({ outdir: `${staging}/dist` });
      app.synth();
      platform.writeDeploy(`${staging}/deploy`);
    });
    return 'written';
  };
  const machine: Work = async () => {
    if (kind === undefined) await requireContext(day);
    const helm = !none && platform.releases.length > 0 ? ['helm', 'helmfile'] : [];
    await requirePrograms('kubectl', ...(kind ? ['kind'] : []), ...helm);
    const isNew = kind !== undefined && !(await kindClusters()).includes(kind);
    const mapped = platform.nodePorts.map(({ hostPort }) => ({ name: 'of the cluster', local: hostPort }));
    await requireFreePorts(day, [...ports, ...(isNew ? mapped : [])]);
    for (const client of none ? [] : Object.values(platform.days).flatMap(({ clients = [] }) => clients)) {
      const problem = await clientProblem(client);
      if (problem === undefined) continue;
      if (!problem.startsWith('is missing')) stop(`${client.program} ${problem}`);
      missingClients.add(client.program);
      todo.push(`${client.program} ${problem}, then \`npm run up\` again`);
    }
    return `all programs, and ${ports.length} free ports`;
  };
  const images: Work = async (show) => {
    const states = await imageStates(day, others);
    const missing = states.find(({ image, id }) => others.includes(image) && id === undefined);
    if (missing) stop(`Nobody has built ${missing.image}.`);
    const built = states.filter(({ id, isLoaded }) => id !== undefined && !isLoaded);
    for (const state of built) await load(day, state, show);
    return built.length === 0 ? 'nothing to load' : `loaded ${built.map(({ image }) => image).join(', ')}`;
  };
  const objects: Work = async (show) => {
    const differing = await drift(day);
    if (differing.length === 0) return 'all are as they are written';
    show(`${differing.length} are missing or not as they are written`);
    await apply(day, async () => !none && syncReleases(day, show, 'operators'));
    return `${differing.length} applied`;
  };
  const releases: Work = async (show) => {
    if (none) return `left out (--no-releases): ${platform.releases.map(({ name }) => name).join(', ')}`;
    const count = await syncReleases(day, show);
    return count === 0 ? 'all are as they are configured' : `${count} installed or changed`;
  };
  const pods: Work = async (show) => {
    const images = new Set<string>();
    const problems = async () => {
      const [nodes, stacks] = await Promise.all([nodeHealth(day), stackHealth(day)]);
      return [...unwell(nodes), ...notForImages(unwell(stacks.flatMap(({ things }) => things)), images)];
    };
    const waiting = await until(problems, seconds, ([first, ...others]) =>
      show(`${first?.name} ${first?.problem}${others.length > 0 ? `, and ${others.length} others` : ''}`),
    );
    if (waiting.length > 0) stop('Not ready in time (--minutes):', ...lines(waiting), 'Why: `npm run logs -- STACK`');
    for (const image of images) todo.push(`${image} is in no node: build it, then \`npm run images\``);
    return 'all are well';
  };
  const forwards: Work = async (show) => {
    await startForwards(day, ports);
    const failing = async () => unwell(await Promise.all(ports.map(forwardHealth)));
    const silent = await until(failing, seconds, (some) => show(some.map(({ name }) => name).join(', ')));
    if (silent.length > 0) stop('Ports that do not answer:', ...lines(silent), `Why: ${day.state}/logs`);
    return `${ports.length} answer`;
  };
  const ofStacks = Object.entries(platform.days).map(([stack, own]): Record<string, Work> => {
    const { login, clients = [], data } = own;
    const isForwarded = (name: string) => ports.some((port) => port.name === name);
    const registering: Work = async (show) => {
      if (login && !isForwarded(login.port)) return `left out, ${login.port} is not there`;
      if (clients.some(({ program }) => missingClients.has(program))) return 'left out, their client is missing';
      const found = unwell(await registrations(day, own));
      // What is imported last stays active.
      for (const one of found) {
        show(one.name);
        await one.register();
      }
      return found.map(({ name }) => name).join(', ') || 'all are there';
    };
    const uploading: Work = async (show) => {
      if (!data || !isForwarded(data.port)) return 'left out';
      return `${await upload(folder, data, show)} files in s3://${data.bucket}/${data.prefix}`;
    };
    return {
      ...(own.registrations?.length && { [`Registrations of ${stack}`]: registering }),
      ...(data && folder && { [`Sample data of ${stack}`]: uploading }),
    };
  });

  const other = remembered<number>(day, LOCK);
  if (isRunning(other)) stop(`Another \`npm run up\` is running (pid ${other}).`);
  remember(day, LOCK, process.pid);
  try {
    await take({
      Machine: machine,
      'dist/ and deploy/': synthesize,
      [`Cluster of the context ${context}`]: (show) => ensureCluster(day, show),
      ...(kind && { Images: images }),
      Objects: objects,
      Releases: releases,
      'Pods and Jobs': pods,
      Ports: forwards,
      ...Object.assign({}, ...ofStacks),
    });
  } finally {
    forget(day, LOCK);
  }
  const files = Object.keys(platform.deployFiles).filter((path) => path.endsWith('.env'));
  console.log(`\n${urls(day, ports)}`);
  for (const path of files) console.log(`Variables for your programs: set -a; . deploy/${path}; set +a`);
  for (const line of todo) console.log(`- ${line}`);
});

/** Without what waits for an image that only the user can build. */
function notForImages(problems: readonly Thing[], images: Set<string>): readonly Thing[] {
  const waiting = problems.filter(({ image }) => image !== undefined);
  for (const { image = '' } of waiting) images.add(image);
  const isOwner = ({ name }: Thing) => waiting.some((pod) => pod.name.startsWith(`${name.split(' ').at(-1)}-`));
  return problems.filter((one) => one.image === undefined && !isOwner(one));
}

/** What is open where, and who logs in. */
function urls({ platform, kind, allObjects }: Day, ports: ReturnType<typeof forwardedPorts>): string {
  const logins: Record<string, string> = Object.assign({}, ...Object.values(platform.days).map(({ logins }) => logins));
  const mapped = (kind ? platform.nodePorts : []).flatMap(({ nodePort, hostPort }) => {
    const has = (port: { nodePort?: number }) => port.nodePort === nodePort;
    const services = allObjects.filter(({ kind, spec }) => kind === 'Service' && spec.ports?.some(has));
    return services.map(({ metadata }) => [metadata.name, `http://localhost:${hostPort}`, '']);
  });
  const rows = [...ports.map((port) => [port.name, localUrl(port), logins[port.name] ?? '']), ...mapped];
  return markdownTable(['What', 'Open', 'Login'], rows, true);
}

const lines = (things: readonly Thing[]) => things.map(({ name, problem }) => `  ${name} ${problem}`);
