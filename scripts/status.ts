import { answers, requireContext } from './day/cluster';
import { command } from './day/day';
import { forwardedPorts, forwardHealth } from './day/forwards';
import { nodeHealth, type Section, stackHealth, type Thing, unwell } from './day/health';
import { drift, releaseStates, requiredSecrets } from './day/objects';
import { stop } from './day/programs';
import { registrations } from './day/servers';

const USAGE = `npm run status -- [--json] [--no-releases] [--context CONTEXT]
Says what runs and what does not, and ends with 0 only where all is well. --no-releases leaves out helm.`;
const OPTIONS = { json: false, 'no-releases': false };

const FIELDS = 'environment context ok sections title things name restarts problem'.split(' ');

await command(USAGE, OPTIONS, async (open, { json, 'no-releases': none }) => {
  const day = open();
  const { environment, context } = day;
  await requireContext(day);
  if (!(await answers(day))) stop(`The cluster of '${context}' does not answer: \`npm run up\` starts it.`);
  const forwarded = forwardedPorts(day, !none);
  const registered = Object.entries(day.platform.days).map(([stack, own]) => {
    const isThere = forwarded.some(({ name }) => name === own.login?.port) && own.registrations?.length;
    const fail = ({ message }: Error) => [{ name: own.login?.url ?? stack, problem: message.replaceAll('\n', ' ') }];
    return section(`Registrations of ${stack}`, isThere ? registrations(day, own).catch(fail) : []);
  });
  const all = await Promise.all([
    section('Nodes', nodeHealth(day)),
    stackHealth(day),
    section('Objects', drift(day)),
    section('Secrets', requiredSecrets(day)),
    section('Releases', none ? [] : releaseStates(day)),
    section('Ports', Promise.all(forwarded.map(forwardHealth))),
    ...registered,
  ]);
  const sections = all.flat().filter(({ title, things }) => things.length > 0 || title === 'Objects');
  const ok = sections.every(({ things }) => unwell(things).length === 0);
  const report = JSON.stringify({ environment, context, ok, sections }, FIELDS, 2);
  console.log(json ? report : sections.map(textOf).join('\n'));
  return ok ? 0 : 1;
});

async function section(
  title: string,
  things: readonly Thing[] | Promise<readonly Thing[]>,
): Promise<readonly Section[]> {
  return [{ title, things: await things }];
}

function textOf({ title, things }: Section): string {
  const bad = unwell(things);
  const restarted = things.filter(({ restarts = 0 }) => restarts > 0);
  const count = things.length === 0 ? 'all well' : `${things.length - bad.length} of ${things.length} well`;
  return [
    `${bad.length === 0 ? '✔' : '✖'} ${title}: ${count}`,
    ...bad.map(({ name, problem }) => `    ${name}: ${problem}`),
    ...restarted.map(({ name, restarts }) => `    ${name}: ${restarts} restarts`),
  ].join('\n');
}
