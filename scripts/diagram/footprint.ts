import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import { type Footprint, SYSTEM_PODS } from '../../lib/platform/reports/footprint';
import { block, bold, type Color, cell, chart, colorAt, key, table, text } from './graphviz';
import { poolText } from './picture';

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
      const asked = own.map((each) => Number(each[replicas][`requests.${resource}`]));
      const total = asked.reduce((sum, amount) => sum + amount, 0);
      const system = Number(SYSTEM_PODS[resource]);
      const part = (name: Color, amount: number) => block(name, (amount * 420) / Math.max(has, system + total), 13);
      const parts = asked.map((amount, index) => part(colorAt(stacks.indexOf(own[index]?.stack ?? '')), amount));
      const [unit, millis] = resource === 'cpu' ? ['CPU', 1000] : ['GiB', 1000 * 1024 ** 3];
      const [used, all] = [total, has].map((amount) => Math.round((amount * 10) / millis) / 10);
      const label = grows ? `${resource}, ${replicas === 'min' ? 'fewest' : 'most'}` : resource;
      return [
        cell(text(label, 'muted'), 'ALIGN="RIGHT"'),
        cell(table([[part('line', system), ...parts, part('edge', has - system - total)]])),
        cell(text(`${used} of ${all} ${unit}`), 'ALIGN="LEFT"'),
      ];
    };
    const counts = grows ? (['min', 'max'] as const) : (['max'] as const);
    const bars = (['cpu', 'memory'] as const).flatMap((resource) => counts.map((count) => bar(resource, count)));
    return [[cell(bold(poolText(pool)), 'ALIGN="LEFT" COLSPAN="3" CELLPADDING="6"')], ...bars];
  });
  const keys = [...stacks.map((stack, index) => key(colorAt(index), stack)), key('line', 'system pods of a node')];
  return chart(title, rows, keys, text(`Not counted: the releases ${notCounted.join(', ')}`, 'muted'));
}
