import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import { type Footprint, SYSTEM_PODS } from '../../lib/platform/reports/footprint';
import { rect, svg, text } from './svg';
import { textWidth } from './text';

const LEFT = 118;
const WIDTH = 460;
const BAR = 15;

/** What stacks request of each pool, against what its nodes have, as bars of one length for every pool. */
export function footprintPicture(
  title: string,
  footprints: readonly Footprint[],
  notCounted: readonly string[],
): string {
  const pools = [...new Set(footprints.flatMap(({ pool }) => pool ?? []))];
  const stacks = [...new Set(footprints.map(({ stack }) => stack))];
  let y = 44;
  const bars = pools.flatMap((pool) => {
    const own = footprints.filter((each) => each.pool === pool);
    const grows = own.some(({ min, max }) => min['requests.cpu'] !== max['requests.cpu']);
    const rows = (['cpu', 'memory'] as const).flatMap((resource) =>
      (grows ? (['min', 'max'] as const) : (['max'] as const)).map((replicas) => ({ resource, replicas })),
    );
    const head = text(`${pool.name}: ${nodesText(pool)}`, 14, y, 'ink bold', 'start');
    const drawn = rows.map(({ resource, replicas }) => {
      y += BAR + 5;
      return bar(pool, own, stacks, resource, replicas, grows, y);
    });
    y += 32;
    return [head, ...drawn];
  });
  let x = 20;
  const legend = [...stacks, 'system pods of a node'].map((label, index) => {
    const kind = index < stacks.length ? `bar color${index}` : 'shape others';
    const entry = rect(kind, x - 6, y - 10, 14, 11, 2) + text(label, x + 13, y, 'muted', 'start');
    x += textWidth(label) + 40;
    return entry;
  });
  const note =
    notCounted.length === 0
      ? []
      : [text(`Not counted: the releases ${notCounted.join(', ')}`, 14, y + 20, 'muted', 'start')];
  const all = [text(title, 14, 22, 'ink bold', 'start'), ...bars, ...legend, ...note];
  return svg(title, 700, y + 12 + note.length * 20, all);
}

function bar(
  pool: NodePool,
  footprints: readonly Footprint[],
  stacks: readonly string[],
  resource: 'cpu' | 'memory',
  replicas: 'min' | 'max',
  grows: boolean,
  y: number,
): string {
  const nodes = pool.nodes.max;
  const unit = resource === 'cpu' ? 1000 : 1000 * 1024 ** 3;
  const capacity =
    ((resource === 'cpu' ? cpuMillis(pool.capacity.cpu) : sizeBytes(pool.capacity.memory) * 1000) * nodes) / unit;
  const asked = footprints.map((each) => ({
    stack: each.stack,
    amount: Number(each[replicas][`requests.${resource}`]) / unit,
  }));
  const system = Number(SYSTEM_PODS[resource]) / unit;
  const scale = WIDTH / Math.max(capacity, system + asked.reduce((sum, { amount }) => sum + amount, 0));
  let x = LEFT;
  const parts = [{ stack: undefined, amount: system }, ...asked].map(({ stack, amount }) => {
    const kind = stack === undefined ? 'shape others' : `bar color${stacks.indexOf(stack)}`;
    const part = rect(kind, x, y - 12, amount * scale, BAR, 1);
    x += amount * scale;
    return part;
  });
  const total = asked.reduce((sum, { amount }) => sum + amount, 0);
  const label = grows ? `${resource}, ${replicas === 'min' ? 'fewest' : 'most'}` : resource;
  return [
    text(label, LEFT - 8, y, 'muted', 'end'),
    rect('space', LEFT, y - 12, capacity * scale, BAR, 1),
    ...parts,
    text(
      `${round(total)} of ${round(capacity)}${resource === 'cpu' ? ' CPU' : ' GiB'}`,
      LEFT + WIDTH + 8,
      y,
      'ink',
      'start',
    ),
  ].join('');
}

function nodesText({ nodes: { min, max }, gpus }: NodePool): string {
  const count = max === 1 ? '1 node' : min === max ? `${max} nodes` : `up to ${max} nodes`;
  return gpus === undefined ? count : `${count}, ${gpus.count} GPU each`;
}

function round(amount: number): number {
  return Math.round(amount * 10) / 10;
}
