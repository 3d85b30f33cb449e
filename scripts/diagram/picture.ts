import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import type { Architecture } from '../../lib/platform';
import { type DrawnBox, drawnArchitecture } from '../../lib/platform/reports/drawn-architecture';
import { type layout, type Placed, type Point, ROW } from './layout';
import { dot, legend, rect, round, svg, text } from './svg';

/** The picture of a stack with its arrows, or an overview of what each namespace has and how it is reached. */
export async function picture(title: string, model: Architecture, arrange: typeof layout): Promise<string> {
  const whole = await arrange(drawnArchitecture(model));
  const placed = whole.children.flatMap(({ children }) => children);
  const used = model.pools.filter(({ name }) => placed.some(({ box }) => box.pool === name));
  const width = Math.max(whole.width, 470);
  const has = (is: (box: DrawnBox) => boolean, kind: string, label: string) =>
    placed.some(({ box }) => is(box)) ? [[`shape ${kind}`, label] as const] : [];
  const entries = [
    ...used.map((pool, index) => [`color${index % 6}`, poolText(pool)] as const),
    ['shape space', 'namespace'] as const,
    ...has(({ keepsData }) => keepsData, 'store', 'keeps data'),
    ...has(({ kind }) => kind === 'Release', 'release', 'helm release'),
    ...has(({ kind }) => kind === 'Pods', 'others', 'created by others'),
    ...has(({ entrances }) => entrances.length > 0, 'entry', 'reached from outside'),
  ];
  const { content, bottom } = legend(entries, whole.height + 18, width);
  const colors = used.map(({ name }) => name);
  const all = [
    `<g transform="translate(${round((width - whole.width) / 2)} 0)">`,
    ...whole.children.map(
      ({ id, x, y, width, height }) =>
        rect('space', x, y, width, height, 8) + text(id, x + 11, y + 21, 'ink bold', 'start'),
    ),
    ...whole.edges.flatMap(({ sections }) => sections.map(arrow)),
    ...placed.map((node) => boxAt(node, colors.indexOf(node.box.pool ?? '') % 6)),
    ...placed.flatMap(portNames),
    '</g>',
    ...content,
  ];
  return svg(title, Math.ceil(width), Math.ceil(bottom), all);
}

function boxAt({ box, x, y, width, height, top, tab }: Placed, color: number): string {
  const { names, notes, entrances, keepsData } = box;
  const kind = { Release: 'release', Pods: 'others' }[String(box.kind)] ?? 'box';
  const row = (index: number) => y + top + index * ROW + 11;
  const middle = x + width / 2;
  return [
    '<g class="node">',
    keepsData ? cylinder(x, y, width, height) : rect(`shape ${kind}`, x, y, width, height),
    tab > 0 ? rect('shape entry', x + 6, y - 9, tab, 18, 9) + text(entrances.join(', '), x + 6 + tab / 2, y + 4) : '',
    ...names.map((name, index) => text(name, middle + (index === 0 && color >= 0 ? 4 : 0), row(index), 'ink bold')),
    ...notes.map((note, index) => text(note, middle, row(names.length + index), 'muted')),
    color >= 0 ? dot(`color${color}`, x + 11, row(0) - 4) : '',
    '</g>',
  ].join('');
}

function cylinder(x: number, y: number, width: number, height: number): string {
  const [left, right, top, bottom, radius] = [x, x + width, y + 6, y + height - 6, width / 2].map(round);
  const side = `V${bottom}A${radius} 6 0 0 1 ${left} ${bottom}Z`;
  const lid = `M${left} ${top}A${radius} 6 0 0 1 ${right} ${top}`;
  return `<path class="shape store" d="${lid}${side}"/><path class="shape store" d="${lid}A${radius} 6 0 0 1 ${left} ${top}"/>`;
}

/** The names of ports that arrows lead to: in the box below them, or left of the box above them. */
function portNames({ box, y: top, isDown, ports }: Placed): string[] {
  const named = ports.filter(({ label }) => label !== '');
  return named.map(({ label, x, y, width }) =>
    isDown
      ? text(label, x + width / 2, top + (box.keepsData ? 24 : 14), 'muted')
      : text(label, x - 9, y - 4, 'muted halo', 'end'),
  );
}

/** Level and upright lines, with round corners. */
function arrow({ startPoint: start, bendPoints = [], endPoint: end }: Placed['edges'][number]['sections'][number]) {
  // ELK leaves corners of another arrow to a straight one that ends at the same port.
  const corners = Math.min(Math.abs(start.x - end.x), Math.abs(start.y - end.y)) < 1 ? [] : bendPoints;
  const toward = (from: number, to: number) => from + Math.max(-5, Math.min(5, (to - from) / 2));
  const at = (point: Point, other = point) => `${round(toward(point.x, other.x))} ${round(toward(point.y, other.y))}`;
  const bends = corners.map(
    (corner, index) =>
      `L${at(corner, corners[index - 1] ?? start)}Q${at(corner)} ${at(corner, corners[index + 1] ?? end)}`,
  );
  return `<path class="arrow" marker-end="url(#head)" d="M${at(start)}${bends.join('')}L${at(end)}"/>`;
}

function poolText({ name, nodes: { min, max }, capacity: { cpu, memory }, gpus }: NodePool): string {
  const count = min === max ? (max === 1 ? '1 node' : `${max} nodes`) : `${min}–${max} nodes`;
  const gpu = gpus === undefined ? '' : `, ${gpus.count} GPU`;
  return `${name}: ${count} × ${cpuMillis(cpu) / 1000} CPU, ${Math.round(sizeBytes(memory) / 1024 ** 3)} GiB${gpu}`;
}
