import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { command } from './day/day';
import { run, stop } from './day/programs';
import { stackEnvironment } from './day/servers';

const USAGE = `npm run example -- --repo FOLDER [--k8s] [--stack STACK] [--context CONTEXT]
Runs the examples of a checkout against the platform that is up. With --k8s their steps run in the cluster, and not on this
machine; --stack says whose examples, where several stacks have some.`;
const OPTIONS = { repo: '', k8s: false, stack: '' };

await command(USAGE, OPTIONS, async (open, { repo, k8s, stack }) => {
  const all = Object.entries(open().platform.days).filter(([, { example }]) => example !== undefined);
  const [[, day] = [], ...others] = all.filter(([id]) => (stack || id) === id);
  if (day?.example === undefined || others.length > 0) {
    const names = all.map(([id]) => id).join(', ') || 'none has';
    stop(`--stack must be one of those that have an example: ${names}.`);
  }
  const { checkout, file, inCluster, onMachine, commands } = day.example;
  const cwd = resolve(repo);
  if (repo === '' || !existsSync(join(cwd, file)))
    stop(`--repo must be a checkout of ${checkout}, which has ${file}; got '${repo}'.`);
  const { env } = await stackEnvironment(day);
  for (const one of [...(k8s ? inCluster : onMachine), ...commands]) {
    console.log(`\n$ ${one.join(' ')}`);
    await run(one, { cwd, env, prints: true });
  }
});
