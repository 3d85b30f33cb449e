import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import type { DrawnArchitecture, DrawnBox } from '../../lib/platform/reports/drawn-architecture';
import {
  COMPACT,
  type Layout,
  layout,
  namespacesOf,
  overview,
  type Placed,
  type Point,
  ROW,
  tabWidth,
  topOf,
} from './layout';
import { dot, rect, round, svg, text } from './svg';
import { textWidth } from './text';

export interface Picture {
  readonly title: string;
  readonly drawn: DrawnArchitecture;
  readonly pools: readonly NodePool[];
}

/** The picture of a stack, with its arrows. */
export async function stackPicture({ title, drawn, pools }: Picture): Promise<string> {
  return picture({ title, drawn, pools }, await layout(drawn, notesOf), notesOf);
}

/** The picture of a platform: what each namespace has, and how it is reached. */
export async function platformPicture({ title, drawn, pools }: Picture): Promise<string> {
  const boxes = drawn.boxes.flatMap((box) => box.nodes.map((node) => ({ ...box, id: node.id, nodes: [node] })));
  const single = { ...drawn, boxes };
  return picture({ title, drawn: single, pools }, await overview(single), () => []);
}

function picture({ title, drawn, pools }: Picture, placed: Layout, notesOf: (box: DrawnBox) => string[]): string {
  const used = pools.filter(({ name }) => drawn.boxes.some(({ nodes }) => nodes[0]?.pool === name));
  const width = Math.max(placed.width, 470);
  const keys = legend(drawn, used, width, placed.height + 12);
  const inset = (width - placed.width) / 2;
  const hasPorts = ({ id }: DrawnBox) => placed.ports.some(({ anchor, box }) => box === id && anchor === 'middle');
  const content = [
    ...namespacesOf(drawn.boxes).map((name) => {
      const { x, y, width, height } = placed.placed.get(name) as Placed;
      return rect('space', x, y, width, height, 8) + text(name, x + 11, y + 21, 'ink bold', 'start');
    }),
    ...placed.arrows.map((points) => `<path class="arrow" marker-end="url(#head)" d="${path(points)}"/>`),
    ...drawn.boxes.map((box) => {
      const color = used.findIndex(({ name }) => name === box.nodes[0]?.pool) % 6;
      return boxAt(box, placed.placed.get(box.id) as Placed, notesOf(box), color, hasPorts(box));
    }),
    ...placed.ports.map(({ text: name, x, y, anchor }) =>
      text(name, x, y, anchor === 'end' ? 'muted halo' : 'muted', anchor),
    ),
  ];
  const all = [`<g transform="translate(${round(inset)} 0)">`, ...content, '</g>', ...keys.content];
  return svg(title, Math.ceil(width), Math.ceil(keys.bottom), all);
}

const KINDS: Readonly<Record<string, string>> = { Release: 'helm release', Cluster: 'CloudNativePG', Pods: 'pods' };

/** What a box says below its names. */
function notesOf({ nodes, exits }: DrawnBox): string[] {
  const [first] = nodes;
  const { kind = '', replicas: { min, max } = { min: 1, max: 1 }, gpus = 0 } = first ?? {};
  const word = KINDS[kind] ?? kind;
  const count = max === 1 ? '' : ` × ${min === max ? max : `${min}–${max}`}`;
  const what = nodes.length > 1 ? `${nodes.length} ${word}s` : word + count;
  return [gpus > 0 ? `${what}, ${gpus} GPU` : what, ...exits.map((exit) => `↗ ${exit}`)];
}

function boxAt(
  box: DrawnBox,
  { x, y, width, height }: Placed,
  notes: readonly string[],
  color: number,
  hasPorts: boolean,
): string {
  const { nodes, entrances } = box;
  const isStore = nodes[0]?.keepsData === true;
  const kind = { Release: 'release', Pods: 'others' }[String(nodes[0]?.kind)] ?? 'box';
  const middle = x + width / 2;
  const top = height === COMPACT ? 18 : topOf(box, hasPorts);
  const row = (index: number) => y + top + index * ROW + 11;
  const tab = tabWidth(box);
  return [
    '<g class="node">',
    isStore ? cylinder(x, y, width, height) : rect(`shape ${kind}`, x, y, width, height),
    tab > 0 ? rect('shape entry', x + 6, y - 9, tab, 18, 9) + text(entrances.join(', '), x + 6 + tab / 2, y + 4) : '',
    ...nodes.map(({ name }, index) => text(name, middle + (index === 0 && color >= 0 ? 4 : 0), row(index), 'ink bold')),
    ...notes.map((note, index) => text(note, middle, row(nodes.length + index), 'muted')),
    color >= 0 ? dot(x + 11, row(0) - 4, color) : '',
    '</g>',
  ].join('');
}

function cylinder(x: number, y: number, width: number, height: number): string {
  const [left, right, top, bottom, radius] = [x, x + width, y + 6, y + height - 6, width / 2].map(round);
  const side = `V${bottom}A${radius} 6 0 0 1 ${left} ${bottom}Z`;
  const lid = `M${left} ${top}A${radius} 6 0 0 1 ${right} ${top}`;
  return `<path class="shape store" d="${lid}${side}"/><path class="shape store" d="${lid}A${radius} 6 0 0 1 ${left} ${top}"/>`;
}

/** What colours and shapes mean, as far as the picture has them. */
function legend({ boxes }: DrawnArchitecture, pools: readonly NodePool[], width: number, top: number) {
  const has = (is: (box: DrawnBox) => boolean) => boxes.some(is);
  const swatch = (kind: string) => (x: number, y: number) =>
    rect(`shape ${kind}`, x - 6, y - 10, 14, 11, kind === 'entry' ? 5.5 : 2);
  const entries = [
    ...pools.map((pool, index) => ({
      label: poolText(pool),
      draw: (x: number, y: number) => dot(x, y - 4, index % 6),
    })),
    { label: 'namespace', draw: swatch('space') },
    ...(has(({ nodes }) => nodes[0]?.keepsData === true) ? [{ label: 'keeps data', draw: swatch('store') }] : []),
    ...(has(({ nodes }) => nodes[0]?.kind === 'Release') ? [{ label: 'helm release', draw: swatch('release') }] : []),
    ...(has(({ nodes }) => nodes[0]?.kind === 'Pods') ? [{ label: 'created by others', draw: swatch('others') }] : []),
    ...(has(({ entrances }) => entrances.length > 0) ? [{ label: 'reached from outside', draw: swatch('entry') }] : []),
  ];
  let [x, y] = [20, top + 6];
  const content = entries.map(({ label, draw }) => {
    const needed = textWidth(label) + 34;
    if (x > 20 && x + needed > width) [x, y] = [20, y + ROW + 4];
    const drawn = draw(x, y) + text(label, x + 13, y, 'muted', 'start');
    x += needed;
    return drawn;
  });
  return { content, bottom: y + 12 };
}

function poolText({ name, nodes: { min, max }, capacity: { cpu, memory }, gpus }: NodePool): string {
  const count = min === max ? (max === 1 ? '1 node' : `${max} nodes`) : `${min}–${max} nodes`;
  const gpu = gpus === undefined ? '' : `, ${gpus.count} GPU`;
  return `${name}: ${count} × ${cpuMillis(cpu) / 1000} CPU, ${Math.round(sizeBytes(memory) / 1024 ** 3)} GiB${gpu}`;
}

/** A line along corners, which are rounded. */
function path(points: readonly Point[]): string {
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${at(point)}`;
      if (after === undefined) return `L${at(point)}`;
      return `L${at(toward(point, before))}Q${at(point)} ${at(toward(point, after))}`;
    })
    .join('');
}

/** A point of a straight line, at most 5 pixels from its end. */
function toward(end: Point, other: Point): Point {
  const length = Math.hypot(other.x - end.x, other.y - end.y);
  const part = length === 0 ? 0 : Math.min(5, length / 2) / length;
  return { x: end.x + (other.x - end.x) * part, y: end.y + (other.y - end.y) * part };
}
