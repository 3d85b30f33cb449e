import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { command, openDay } from './day/day';
import { Stop } from './day/programs';
import { stackEnvironment } from './day/servers';

const USAGE = `npm run example -- --repo FOLDER [--k8s] [--stack STACK] [--context CONTEXT]
Runs the examples of somebody else's checkout against the platform that is up.

  --repo   the checkout: ../fAIr-models
  --k8s    their steps run in the cluster, and not on this machine
  --stack  whose examples, where several stacks have some`;

const options = {
  repo: { type: 'string' },
  k8s: { type: 'boolean', default: false },
  stack: { type: 'string' },
} as const;

await command(USAGE, options, async ({ repo, k8s, stack, ...common }) => {
  const { platform } = openDay(common);
  const days = Object.entries(platform.days).filter(
    ([id, { example }]) => example !== undefined && (stack ?? id) === id,
  );
  const [[, day] = [], ...others] = days;
  const { example } = day ?? {};
  if (day === undefined || example === undefined) throw new Stop('No selected stack has an example.');
  if (others.length > 0) throw new Stop(`--stack must be one of ${days.map(([id]) => id).join(', ')}`);
  if (repo === undefined) throw new Stop(`--repo must be a checkout of ${example.checkout}`);
  const cwd = resolve(repo);
  if (!existsSync(join(cwd, example.file)))
    throw new Stop(`--repo must be a checkout of ${example.checkout}: ${cwd} has no ${example.file}`);
  const { env } = await stackEnvironment(day);
  for (const [program, ...args] of [...(k8s ? example.inCluster : example.onMachine), ...example.commands]) {
    const shown = [program, ...args].join(' ');
    console.log(`\n$ ${shown}`);
    const { exitCode, code } = await execa(program, args, {
      cwd,
      env: { ...env },
      reject: false,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (exitCode === 0) continue;
    const why =
      code === 'ENOENT'
        ? `${program} is not on the search path.`
        : '`npm run status` says whether the platform is well.';
    throw new Stop(`${shown}
  failed${exitCode === undefined ? '' : ` with ${exitCode}`}, in ${cwd}.
${why}`);
  }
  return 0;
});
