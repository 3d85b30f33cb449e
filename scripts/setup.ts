import { App } from 'cdk8s';
import { environment } from '../environments';
import { buildPlatform } from '../lib/platform';
import { engine, hasGpu } from './day/cluster';
import { command } from './day/day';
import { attempt, pathOf } from './day/programs';
import { clientProblem } from './day/servers';

const USAGE = 'npm run setup: checks the programs of this machine: which are missing or too old, and how to get them.';
/** What images, databases and servers of the stacks that are on by default need together. */
const MEMORY_GIB = 8;
/** What prints the version, the oldest that works, and where it is for Linux. */
const TOOLS = {
  kubectl: [['version', '--client'], '1.28', 'https://kubernetes.io/docs/tasks/tools/'],
  helm: [['version', '--short'], '3.14', 'https://helm.sh/docs/intro/install/'],
  helmfile: [['--version'], '1.0', 'https://github.com/helmfile/helmfile/releases'],
  // The first whose network plug-in enforces NetworkPolicies.
  kind: [['version'], '0.24', 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation'],
} as const;

await command(USAGE, {}, async () => {
  const { PLATFORM_ENV = 'dev', PLATFORM_STACKS } = process.env;
  const { config, releases, days } = buildPlatform(new App(), environment(PLATFORM_ENV), PLATFORM_STACKS);
  const needed = ['kubectl', ...(releases.length > 0 ? ['helm', 'helmfile'] : []), ...(config.kind ? ['kind'] : [])];
  const clients = Object.values(days).flatMap(({ clients = [] }) => clients);
  const found = await Promise.all([
    ...needed.map(async (program) => [program, await toolProblem(program as keyof typeof TOOLS)]),
    ...(config.kind ? [engineProblem().then((problem) => ['container engine', problem])] : []),
    ...clients.map(async (client) => [`${client.program} (for pipelines)`, await clientProblem(client)]),
  ]);
  for (const [name, problem] of found) console.log(problem === undefined ? `✔ ${name}` : `✖ ${name} ${problem}`);
  if (config.kind && (await hasGpu(config)) && !(await pathOf('nvkind'))) {
    console.log('- nvkind would give the GPU to a node: https://github.com/NVIDIA/nvkind');
  }
  return found.every(([, problem]) => problem === undefined) ? 0 : 1;
});

async function toolProblem(program: keyof typeof TOOLS): Promise<string | undefined> {
  const [args, least, page] = TOOLS[program];
  const [, found] = /\b[vV]?(\d+\.\d+)\.\d+/.exec((await attempt([program, ...args])).stdout) ?? [];
  const needed = `${least} or later is needed (macOS: brew install ${program}; Linux: ${page})`;
  if (found === undefined) return `is missing: ${needed}`;
  const isNew = found.localeCompare(least, 'en', { numeric: true }) >= 0;
  return isNew ? undefined : `is ${found}: ${needed}`;
}

async function engineProblem(): Promise<string | undefined> {
  const program = await engine();
  const needed = `with ${MEMORY_GIB} GiB is needed (macOS: brew install colima docker; Linux: https://docs.docker.com/engine/install/)`;
  if (program === undefined) return `is missing: one ${needed}`;
  const field = program === 'podman' ? '{{.Host.MemTotal}}' : '{{.MemTotal}}';
  const { code, stdout, stderr } = await attempt([program, 'info', '--format', field]);
  if (code !== 0) return `${program} does not run: ${stderr.trim().split('\n').at(-1)}`;
  const gibibytes = Number(stdout) / 2 ** 30;
  // What a machine of 8 GiB has for programs is a little less.
  return gibibytes >= MEMORY_GIB * 0.9 ? undefined : `${program} has ${gibibytes.toFixed(1)} GiB: one ${needed}`;
}
