import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import { type Footprint, SYSTEM_PODS } from '../../lib/platform/reports/footprint';
import { block, bold, cell, chart, colorAt, key, table, text } from './graphviz';
import { poolText } from './picture';

/** What the amounts of a resource are divided by. */
const UNITS = { cpu: 1000, memory: 1000 * 1024 ** 3 };
const LEFT = 'ALIGN="LEFT"';

/** What stacks request of each pool, against what its nodes have, as bars of one length for every pool. */
export function footprintPicture(
  title: string,
  footprints: readonly Footprint[],
  notCounted: readonly string[],
): string {
  const stacks = [...new Set(footprints.map(({ stack }) => stack))];
  const rows = [...new Set(footprints.flatMap(({ pool }) => pool ?? []))].flatMap((pool) => {
    const own = footprints.filter((each) => each.pool === pool);
    const grows = own.some(({ min, max }) => min['requests.cpu'] !== max['requests.cpu']);
    const bar = (resource: 'cpu' | 'memory', replicas: 'min' | 'max') => {
      const { cpu, memory } = pool.capacity;
      const has = pool.nodes.max * (resource === 'cpu' ? cpuMillis(cpu) : sizeBytes(memory) * 1000);
      const system = Number(SYSTEM_PODS[resource]);
      const asked = own.map((each) => Number(each[replicas][`requests.${resource}`]));
      const total = asked.reduce((sum, amount) => sum + amount, 0);
      const width = (amount: number) => (amount * 420) / Math.max(has, system + total);
      const parts = [
        block('line', width(system), 13),
        ...asked.map((amount, index) => block(colorAt(stacks.indexOf(own[index]?.stack ?? '')), width(amount), 13)),
        block('edge', width(has - system - total), 13),
      ];
      const [used, all] = [total, has].map((amount) => Math.round((amount * 10) / UNITS[resource]) / 10);
      return [
        cell(
          text(grows ? `${resource}, ${replicas === 'min' ? 'fewest' : 'most'}` : resource, 'muted'),
          'ALIGN="RIGHT"',
        ),
        cell(table([parts])),
        cell(text(`${used} of ${all} ${resource === 'cpu' ? 'CPU' : 'GiB'}`), LEFT),
      ];
    };
    const bars = (['cpu', 'memory'] as const).flatMap((resource) =>
      grows ? [bar(resource, 'min'), bar(resource, 'max')] : [bar(resource, 'max')],
    );
    return [[cell(bold(poolText(pool)), `${LEFT} COLSPAN="3" CELLPADDING="6"`)], ...bars];
  });
  const keys = stacks.map((stack, index) => key(colorAt(index), stack));
  const note = notCounted.length === 0 ? '' : `Not counted: the releases ${notCounted.join(', ')}`;
  return chart(title, rows, [...keys, key('line', 'system pods of a node')], note);
}
