import { createRequire } from 'node:module';
import type { DrawnArchitecture, DrawnArrow, DrawnBox } from '../../lib/platform/reports/drawn-architecture';
import { textWidth } from './text';

// Without its types, which TypeScript 7 refuses.
const Elk: new () => { layout(graph: ElkNode): Promise<ElkNode> } = createRequire(import.meta.url)('elkjs');

interface ElkNode extends Partial<Placed> {
  readonly id: string;
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly children?: readonly ElkNode[];
  readonly ports?: readonly ElkNode[];
  readonly edges?: readonly {
    readonly id: string;
    readonly sources: readonly string[];
    readonly targets: readonly string[];
    readonly sections?: readonly { startPoint: Point; bendPoints?: readonly Point[]; endPoint: Point }[];
  }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything of a picture is: namespaces and boxes by their ids, and the corners of each arrow. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly placed: ReadonlyMap<string, Placed>;
  /** The names of ports that arrows lead to: in the box below them, or outside of it above them. */
  readonly ports: readonly (Point & { readonly box: string; readonly text: string; readonly anchor: string })[];
  readonly arrows: readonly (readonly Point[])[];
}

/** The width of a page of Markdown. */
const PAGE = 700;
/** A row of text. */
export const ROW = 16;
const PADDING = 10;
/** The height of a box in an overview. */
export const COMPACT = 42;
/** The dot of the pool, beside the first name. */
const DOT = 8;

const LAYERED = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.randomSeed': '1',
  'elk.padding': '[top=6,left=6,bottom=6,right=6]',
  'elk.aspectRatio': '1.2',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.componentComponent': '14',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeNode': '9',
  'elk.layered.spacing.edgeNodeBetweenLayers': '9',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '60',
};
/** Shapes of the whole and of its parts that are tried. */
const RATIOS = [2, 1.5, 1.2, 1, 0.8, 0.65];

/** Puts boxes and arrows in their places: who connects is above what it connects to, or left of it where that is too wide. */
export function layout({ boxes, arrows }: DrawnArchitecture, notesOf: (box: DrawnBox) => string[]): Promise<Layout> {
  const edges = arrows.map((arrow, index) => ({
    id: `arrow ${index}`,
    sources: [`${arrow.from} out ${index}`],
    targets: [`${arrow.to} ${portText(arrow)}`],
  }));
  const graphs = ['DOWN', 'RIGHT'].map((direction) => {
    const spacing = { 'elk.layered.spacing.nodeNodeBetweenLayers': direction === 'DOWN' ? '28' : '46' };
    const options = { ...LAYERED, ...spacing, 'elk.direction': direction };
    const children = namespaceNodes(boxes, options, (box) => boxNode(box, arrows, notesOf(box), direction));
    return { id: 'root', layoutOptions: options, children, edges };
  });
  return flattest(graphs);
}

/** Namespaces beside and below each other, with the names of their boxes; arrows lead from namespace to namespace. */
export function overview({ boxes, arrows }: DrawnArchitecture): Promise<Layout> {
  const of = (id: string) => boxes.find(({ nodes }) => nodes.some((node) => node.id === id))?.nodes[0]?.namespace ?? '';
  const between = arrows.map(({ from, to }) => [of(from), of(to)] as const).filter(([from, to]) => from !== to);
  const edges = [...new Map(between.map((pair) => [pair.join(' '), pair]))].map(([id, [from, to]]) => ({
    id,
    sources: [from],
    targets: [to],
  }));
  const graphs = RATIOS.flatMap((ratio) =>
    RATIOS.map((packed) => {
      const packing = {
        'elk.algorithm': 'rectpacking',
        'elk.aspectRatio': `${packed * 2}`,
        'elk.spacing.nodeNode': '14',
      };
      const children = namespaceNodes(boxes, packing, (box) => boxNode(box, []));
      const root = { 'elk.hierarchyHandling': 'SEPARATE_CHILDREN', 'elk.aspectRatio': `${ratio}` };
      return { id: 'root', layoutOptions: { ...LAYERED, ...root }, children, edges };
    }),
  );
  return flattest(graphs);
}

function namespaceNodes(
  boxes: readonly DrawnBox[],
  options: Readonly<Record<string, string>>,
  node: (box: DrawnBox) => ElkNode,
): ElkNode[] {
  return namespacesOf(boxes).map((name, index) => {
    const own = boxes.filter(({ nodes }) => nodes[0]?.namespace === name);
    const size = `(${textWidth(name, 'name') + 20}, 60)`;
    const title = { 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': size };
    const order = { 'elk.priority': `${100 - index}` };
    const layoutOptions = { ...options, ...title, ...order, 'elk.padding': '[top=42,left=10,bottom=10,right=10]' };
    return { id: name, layoutOptions, children: own.map(node) };
  });
}

export function namespacesOf(boxes: readonly DrawnBox[]): string[] {
  return [...new Set(boxes.flatMap(({ nodes }) => nodes[0]?.namespace ?? []))];
}

/** The least high of those that are not wider than a page; the narrowest where all are. */
async function flattest(graphs: readonly ElkNode[]): Promise<Layout> {
  const layouts: Layout[] = [];
  for (const graph of graphs) layouts.push(layoutOf(await new Elk().layout(graph)));
  const excess = ({ width }: Layout) => Math.max(0, width - PAGE);
  return layouts.reduce((best, next) =>
    excess(next) < excess(best) || (excess(next) === excess(best) && next.height < best.height) ? next : best,
  );
}

/** How wide the tab of the ways in is; 0 where there is none. */
export function tabWidth({ entrances }: DrawnBox): number {
  return entrances.length === 0 ? 0 : textWidth(entrances.join(', ')) + PADDING;
}

/** Where the lines of a box begin: below ports and the tab, and below the lid of what keeps data. */
export function topOf({ nodes: [first], entrances }: DrawnBox, hasPorts: boolean): number {
  return (hasPorts || entrances.length > 0 ? ROW + 2 : 6) + (first?.keepsData ? 10 : 0);
}

/** @param notes - the lines below its names. @default - none, and every box as high as any other */
function boxNode(box: DrawnBox, arrows: readonly DrawnArrow[], notes?: readonly string[], direction = 'DOWN'): ElkNode {
  const isDown = direction === 'DOWN';
  const incoming = [...new Set(arrows.filter(({ to }) => to === box.id).map(portText))];
  const outgoing = arrows.flatMap(({ from }, index) => (from === box.id ? [index] : []));
  const names = box.nodes.map(({ name, pool }) => textWidth(name, 'name') + (pool === undefined ? 0 : DOT));
  const text = Math.max(...names, ...(notes ?? []).map((note) => textWidth(note)));
  const ports = isDown ? incoming.reduce((sum, port) => sum + textWidth(port) + PADDING, 0) : 0;
  const tab = tabWidth(box);
  const port = (id: string, width: number, side: string) => ({
    id: `${box.id} ${id}`,
    width: isDown ? width : 0,
    height: isDown ? 0 : 1,
    layoutOptions: { 'elk.port.side': side },
  });
  return {
    id: box.id,
    width: Math.max(text + 2 * PADDING, tab + ports + PADDING),
    height: notes ? topOf(box, isDown && incoming.length > 0) + (box.nodes.length + notes.length) * ROW + 8 : COMPACT,
    layoutOptions: {
      ...(box.nodes[0]?.keepsData && { store: 'yes' }),
      'elk.alignment': 'TOP',
      'elk.portConstraints': 'FIXED_SIDE',
      'elk.spacing.portPort': '10',
      // Of the side that they have before ELK turns the picture to lead down.
      ...(isDown && tab > 0 && { 'elk.portAlignment.west': 'END' }),
    },
    ports: [
      ...incoming.map((text) => port(text, textWidth(text), isDown ? 'NORTH' : 'WEST')),
      ...outgoing.map((index) => port(`out ${index}`, 1, isDown ? 'SOUTH' : 'EAST')),
    ],
  };
}

function portText({ ports }: DrawnArrow): string {
  return ports.length === 0 ? 'all ports' : ports.map((port) => `:${port}`).join(' ');
}

function layoutOf({ width = 0, height = 0, children = [], edges = [] }: ElkNode): Layout {
  const inside = children.flatMap((child) => child.children ?? []);
  return {
    width,
    height,
    placed: new Map([...children, ...inside].map((node) => [node.id, { x: 0, y: 0, width: 0, height: 0, ...node }])),
    ports: inside.flatMap((box) => (box.ports ?? []).flatMap((port) => portName(box, port))),
    arrows: edges.flatMap(({ sections = [] }) =>
      sections.map(({ startPoint, bendPoints = [], endPoint }) => {
        const corners = [startPoint, ...bendPoints, endPoint];
        // ELK leaves corners of another arrow to a straight one that ends at the same port.
        return isStraight([startPoint, endPoint]) && !isStraight(corners) ? [startPoint, endPoint] : corners;
      }),
    ),
  };
}

/** Whether every line is upright or level. */
function isStraight(corners: readonly Point[]): boolean {
  return corners.every(({ x, y }, index) => {
    const before = corners[index - 1] ?? { x, y };
    return Math.abs(before.x - x) < 1 || Math.abs(before.y - y) < 1;
  });
}

function portName(
  { id, y: top = 0, layoutOptions: own = {} }: ElkNode,
  { id: port, x = 0, y = 0, width = 0, layoutOptions = {} }: ElkNode,
) {
  const text = port.slice(id.length + 1);
  const side = layoutOptions['elk.port.side'];
  if (side === 'WEST') return [{ box: id, text, x: x - 9, y: y - 4, anchor: 'end' }];
  return side === 'NORTH'
    ? [{ box: id, text, x: x + width / 2, y: top + (own.store ? 24 : 14), anchor: 'middle' }]
    : [];
}
