import { createRequire } from 'node:module';
import type { DrawnArchitecture, DrawnArrow, DrawnBox } from '../../lib/platform/reports/drawn-architecture';
import { textWidth } from './svg';

// Without its types, which TypeScript 7 refuses.
const Elk: new () => { layout(graph: object): Promise<Placed> } = createRequire(import.meta.url)('elkjs');

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What ELK has put in its place: the whole, its namespaces, their boxes, and the ports of those. */
export interface Placed extends Point, BoxNode {
  readonly children: readonly Placed[];
  readonly edges: readonly {
    readonly sections: readonly { startPoint: Point; bendPoints?: readonly Point[]; endPoint: Point }[];
  }[];
}

type BoxNode = Readonly<ReturnType<typeof boxNode>>;

/** The width of a page of Markdown. */
const PAGE = 700;
/** A row of text. */
export const ROW = 16;
const PADDING = 10;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': '[top=6,left=6,bottom=6,right=6]',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.componentComponent': '14',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeNode': '9',
  'elk.layered.spacing.edgeNodeBetweenLayers': '9',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};
type Options = Readonly<Record<string, string>>;

/** Puts boxes and arrows in their places: who connects is above what it connects to, or left of it where that is too wide. */
export function layout({ namespaces, boxes, arrows }: DrawnArchitecture): Promise<Placed> {
  const edges = arrows.map((arrow, index) => ({
    id: `arrow ${index}`,
    sources: [`${arrow.from} out ${index}`],
    targets: [`${arrow.to} ${portText(arrow)}`],
  }));
  const graphs = [true, false].map((isDown) => {
    const between = { 'elk.layered.spacing.nodeNodeBetweenLayers': isDown ? '28' : '46' };
    const layoutOptions = { ...OPTIONS, ...between, 'elk.direction': isDown ? 'DOWN' : 'RIGHT' };
    const nodes = boxes.map((box) => boxNode(box, arrows, isDown));
    return { id: 'root', layoutOptions, children: namespaceNodes(namespaces, nodes, layoutOptions), edges };
  });
  return flattest(graphs);
}

/** Namespaces beside and below each other, with the names of their boxes; arrows lead from namespace to namespace. */
export function overview({ namespaces, boxes, arrows }: DrawnArchitecture): Promise<Placed> {
  const pairs = new Set(arrows.map(({ from, to }) => [from, to].map((id) => id.split('/')[0]).join('/')));
  const edges = [...pairs].flatMap((id) => {
    const [from, to] = id.split('/');
    return from === to ? [] : { id, sources: [from], targets: [to] };
  });
  const nodes = boxes.flatMap((box) =>
    box.names.map((name) => {
      const single = { ...box, id: `${box.namespace}/${name}`, names: [name], notes: [] };
      return { ...boxNode(single, [], true), top: 18, height: 42 };
    }),
  );
  const ratios = [2, 1.5, 1.2, 1, 0.8, 0.65];
  const graphs = ratios.flatMap((ratio) =>
    ratios.map((packed) => {
      const packing = {
        'elk.algorithm': 'rectpacking',
        'elk.aspectRatio': `${packed * 2}`,
        'elk.spacing.nodeNode': '14',
      };
      const root = { 'elk.hierarchyHandling': 'SEPARATE_CHILDREN', 'elk.aspectRatio': `${ratio}` };
      const children = namespaceNodes(namespaces, nodes, packing);
      return { id: 'root', layoutOptions: { ...OPTIONS, ...root }, children, edges };
    }),
  );
  return flattest(graphs);
}

function namespaceNodes(namespaces: readonly string[], nodes: readonly BoxNode[], options: Options) {
  return namespaces.map((id, index) => ({
    id,
    layoutOptions: {
      ...options,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${textWidth(id, 'name') + 20}, 60)`,
      'elk.priority': `${100 - index}`,
      'elk.padding': '[top=42,left=10,bottom=10,right=10]',
    },
    children: nodes.filter(({ box }) => box.namespace === id),
  }));
}

/** The least high of those that are not wider than a page; the narrowest where all are. */
async function flattest(graphs: readonly object[]): Promise<Placed> {
  const layouts: Placed[] = [];
  for (const graph of graphs) layouts.push(await new Elk().layout(structuredClone(graph)));
  const excess = ({ width }: Placed) => Math.max(0, width - PAGE);
  const [best] = layouts.sort((one, other) => excess(one) - excess(other) || one.height - other.height);
  return best as Placed;
}

function boxNode(box: DrawnBox, arrows: readonly DrawnArrow[], isDown: boolean) {
  const { id, names, notes, entrances, keepsData, pool } = box;
  const incoming = [...new Set(arrows.filter(({ to }) => to === id).map(portText))];
  const outgoing = arrows.flatMap(({ from }, index) => (from === id ? [`out ${index}`] : []));
  const dot = pool === undefined ? 0 : 8;
  const text = Math.max(...names.map((name) => textWidth(name, 'name') + dot), ...notes.map((note) => textWidth(note)));
  const port = (name: string, label: string, side: string) => ({
    id: `${id} ${name}`,
    label,
    x: 0,
    y: 0,
    width: isDown ? Math.max(1, textWidth(label)) : 0,
    height: isDown ? 0 : 1,
    layoutOptions: { 'elk.port.side': side },
  });
  const ports = isDown ? incoming.reduce((sum, label) => sum + textWidth(label) + PADDING, 0) : 0;
  const tab = entrances.length === 0 ? 0 : textWidth(entrances.join(', ')) + PADDING;
  const top = (ports + tab > 0 ? ROW + 2 : 6) + (keepsData ? 10 : 0);
  return {
    id,
    box,
    isDown,
    /** The width of the tab of the ways in. */
    tab,
    /** Where its lines begin: below ports and the tab, and below the lid of what keeps data. */
    top,
    width: Math.max(text + 2 * PADDING, tab + ports + PADDING),
    height: top + (names.length + notes.length) * ROW + 8,
    layoutOptions: {
      'elk.alignment': 'TOP',
      'elk.portConstraints': 'FIXED_SIDE',
      // Of the side that they have before ELK turns the picture to lead down.
      ...(isDown && tab > 0 && { 'elk.portAlignment.west': 'END' }),
    },
    ports: [
      ...incoming.map((label) => port(label, label, isDown ? 'NORTH' : 'WEST')),
      ...outgoing.map((name) => port(name, '', isDown ? 'SOUTH' : 'EAST')),
    ],
  };
}

function portText({ ports }: DrawnArrow): string {
  return ports.length === 0 ? 'all ports' : ports.map((port) => `:${port}`).join(' ');
}
