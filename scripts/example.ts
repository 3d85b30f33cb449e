import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { command, openDay } from './day/day';
import { attempt, Stop } from './day/programs';
import { stackEnvironment } from './day/servers';

const USAGE = `npm run example -- --repo FOLDER [--k8s] [--stack STACK] [--context CONTEXT]
Runs the examples of a checkout against the platform that is up. With --k8s their steps run in the cluster, and not on this
machine; --stack says whose examples, where several stacks have some.`;
const OPTIONS = {
  repo: { type: 'string' },
  k8s: { type: 'boolean', default: false },
  stack: { type: 'string' },
} as const;

await command(USAGE, OPTIONS, async ({ repo = '', k8s, stack, ...common }) => {
  const all = Object.entries(openDay(common).platform.days).filter(([, { example }]) => example !== undefined);
  const [[, day] = [], ...others] = all.filter(([id]) => (stack ?? id) === id);
  const { example } = day ?? {};
  if (day === undefined || example === undefined || others.length > 0) {
    throw new Stop(
      `--stack must be one of those that have an example: ${all.map(([id]) => id).join(', ') || 'none has'}.`,
    );
  }
  const cwd = resolve(repo);
  if (repo === '' || !existsSync(join(cwd, example.file))) {
    throw new Stop(`--repo must be a checkout of ${example.checkout}, which has ${example.file}; got '${repo}'.`);
  }
  const { env } = await stackEnvironment(day);
  for (const one of [...(k8s ? example.inCluster : example.onMachine), ...example.commands]) {
    console.log(`\n$ ${one.join(' ')}`);
    const { code, isMissing } = await attempt(one, { cwd, env, prints: true });
    if (isMissing) throw new Stop(`${one[0]} is not on the search path.`);
    if (code !== 0)
      throw new Stop(
        `${one.join(' ')}\n  failed with ${code}, in ${cwd}. \`npm run status\` says whether the platform is well.`,
      );
  }
  return 0;
});
