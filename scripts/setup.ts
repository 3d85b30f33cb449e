import { App } from 'cdk8s';
import { environment } from '../environments';
import { buildPlatform, type Command } from '../lib/platform';
import { engine } from './day/cluster';
import { command } from './day/day';
import { attempt } from './day/programs';
import { clientProblem } from './day/servers';

const USAGE = `npm run setup
Checks the programs of this machine: which are missing or too old, and how to get them.`;

/** What images, databases and servers of the stacks that are on by default need together. */
const MEMORY_GIB = 8;

interface Tool {
  readonly program: string;
  readonly versionCommand: Command;
  readonly least: readonly [number, number];
  readonly install: string;
}

const KUBECTL: Tool = {
  program: 'kubectl',
  versionCommand: ['kubectl', 'version', '--client'],
  least: [1, 28],
  install: 'macOS: brew install kubectl; Linux: https://kubernetes.io/docs/tasks/tools/',
};
const HELM: Tool = {
  program: 'helm',
  versionCommand: ['helm', 'version', '--short'],
  least: [3, 14],
  install: 'macOS: brew install helm; Linux: https://helm.sh/docs/intro/install/',
};
const HELMFILE: Tool = {
  program: 'helmfile',
  versionCommand: ['helmfile', '--version'],
  least: [1, 0],
  install: 'macOS: brew install helmfile; Linux: https://github.com/helmfile/helmfile/releases',
};
const KIND: Tool = {
  program: 'kind',
  versionCommand: ['kind', 'version'],
  // The first whose network plug-in enforces NetworkPolicies.
  least: [0, 24],
  install: 'macOS: brew install kind; Linux: https://kind.sigs.k8s.io/docs/user/quick-start/#installation',
};

await command(USAGE, {}, async () => {
  const { PLATFORM_ENV = 'dev', PLATFORM_STACKS } = process.env;
  const { config, releases, days } = buildPlatform(new App(), environment(PLATFORM_ENV), PLATFORM_STACKS);
  const tools = [KUBECTL, ...(releases.length > 0 ? [HELM, HELMFILE] : []), ...(config.kind ? [KIND] : [])];
  const found: (readonly [string, string | undefined])[] = await Promise.all(
    tools.map(async (tool) => [tool.program, await toolProblem(tool)] as const),
  );
  if (config.kind !== undefined) found.push(['container engine', await engineProblem()]);
  for (const client of Object.values(days).flatMap(({ clients = [] }) => clients)) {
    found.push([`${client.program} (for pipelines)`, await clientProblem(client)]);
  }
  for (const [name, problem] of found)
    console.log(`${problem === undefined ? '✔' : '✖'} ${name}${problem ? ` ${problem}` : ''}`);
  const gpus = config.nodePools.some((pool) => pool.gpus !== undefined);
  if (config.kind && gpus && (await attempt(['nvidia-smi', '-L'])).code === 0) {
    const { isMissing } = await attempt(['nvkind', '--help']);
    if (isMissing) console.log('- nvkind would give the GPU to a node: https://github.com/NVIDIA/nvkind');
  }
  return found.every(([, problem]) => problem === undefined) ? 0 : 1;
});

async function toolProblem({ versionCommand, least, install }: Tool): Promise<string | undefined> {
  const { isMissing, code, stdout } = await attempt(versionCommand);
  const needed = `${least.join('.')} or later is needed (${install})`;
  if (isMissing) return `is missing: ${needed}`;
  const [, major, minor] = /\b[vV]?(\d+)\.(\d+)\.\d+/.exec(stdout) ?? [];
  if (code !== 0 || major === undefined) return `does not say its version: ${needed}`;
  const isNew = Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1]);
  return isNew ? undefined : `is ${major}.${minor}: ${needed}`;
}

async function engineProblem(): Promise<string | undefined> {
  const program = await engine();
  const needed = `with ${MEMORY_GIB} GiB of memory is needed (macOS: brew install colima docker; Linux: https://docs.docker.com/engine/install/)`;
  if (program === undefined) return `is missing: one ${needed}`;
  const field = program === 'podman' ? '{{.Host.MemTotal}}' : '{{.MemTotal}}';
  const { code, stdout, stderr } = await attempt([program, 'info', '--format', field]);
  if (code !== 0) return `${program} does not run: ${stderr.trim().split('\n').at(-1)}`;
  const gibibytes = Number(stdout) / 2 ** 30;
  // What a machine of 8 GiB has for programs is a little less.
  return gibibytes >= MEMORY_GIB * 0.9
    ? undefined
    : `${program} has ${gibibytes.toFixed(1)} GiB: one ${needed}; colima start --memory ${MEMORY_GIB}`;
}
