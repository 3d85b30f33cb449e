import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import { type Footprint, SYSTEM_PODS } from '../../lib/platform/reports/footprint';
import { legend, rect, round, svg, text } from './svg';

const LEFT = 118;
const WIDTH = 460;
const BAR = 15;

/** What stacks request of each pool, against what its nodes have, as bars of one length for every pool. */
export function footprintPicture(title: string, footprints: readonly Footprint[], notCounted: readonly string[]) {
  const pools = [...new Set(footprints.flatMap(({ pool }) => pool ?? []))];
  const stacks = [...new Set(footprints.map(({ stack }) => stack))];
  let y = 44;
  const bars = pools.flatMap(({ name, capacity, nodes: { min, max }, gpus }) => {
    const own = footprints.filter(({ pool }) => pool?.name === name);
    const grows = own.some(({ min, max }) => min['requests.cpu'] !== max['requests.cpu']);
    const count = max === 1 ? '1 node' : min === max ? `${max} nodes` : `up to ${max} nodes`;
    const has = { cpu: cpuMillis(capacity.cpu) * max, memory: sizeBytes(capacity.memory) * 1000 * max };
    const head = `${name}: ${count}${gpus === undefined ? '' : `, ${gpus.count} GPU each`}`;
    const parts = [text(head, 14, y, 'ink bold', 'start')];
    for (const resource of ['cpu', 'memory'] as const) {
      for (const replicas of grows ? (['min', 'max'] as const) : (['max'] as const)) {
        y += BAR + 5;
        const asked = own.map((each) => Number(each[replicas][`requests.${resource}`]));
        const system = Number(SYSTEM_PODS[resource]);
        const total = asked.reduce((sum, amount) => sum + amount, 0);
        const scale = WIDTH / Math.max(has[resource], system + total);
        const label = grows ? `${resource}, ${replicas === 'min' ? 'fewest' : 'most'}` : resource;
        const unit = resource === 'cpu' ? 1000 : 1000 * 1024 ** 3;
        const amounts = `${round(total / unit)} of ${round(has[resource] / unit)} ${resource === 'cpu' ? 'CPU' : 'GiB'}`;
        parts.push(
          text(label, LEFT - 8, y, 'muted', 'end'),
          rect('space', LEFT, y - 12, has[resource] * scale, BAR, 1),
        );
        let x = LEFT;
        for (const [index, amount] of [system, ...asked].entries()) {
          const kind = index === 0 ? 'shape others' : `bar color${stacks.indexOf(own[index - 1]?.stack ?? '')}`;
          parts.push(rect(kind, x, y - 12, amount * scale, BAR, 1));
          x += amount * scale;
        }
        parts.push(text(amounts, LEFT + WIDTH + 8, y, 'ink', 'start'));
      }
    }
    y += 32;
    return parts;
  });
  const entries = stacks.map((stack, index) => [`bar color${index}`, stack] as const);
  const { content, bottom } = legend([...entries, ['shape others', 'system pods of a node']], y);
  const note = `Not counted: the releases ${notCounted.join(', ')}`;
  const notes = notCounted.length === 0 ? [] : [text(note, 14, bottom + 8, 'muted', 'start')];
  const all = [text(title, 14, 22, 'ink bold', 'start'), ...bars, ...content, ...notes];
  return svg(title, 700, bottom + notes.length * 20, all);
}
