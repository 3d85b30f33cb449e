import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import type { Architecture } from '../../lib/platform';
import {
  type DrawnArchitecture,
  type DrawnBox,
  drawnArchitecture,
} from '../../lib/platform/reports/drawn-architecture';
import { bold, type Color, cell, color, colorAt, key, svg, table, text } from './graphviz';

/** A stack with all of its arrows; or an overview: the boxes of each namespace, and the arrows between namespaces. */
export function picture(title: string, model: Architecture, isOverview: boolean): string {
  const drawn = drawnArchitecture(model);
  const pools = model.pools.filter(({ name }) => drawn.boxes.some(({ pool }) => pool === name));
  const dotOf = (name?: string) => text('●', colorAt(pools.findIndex((pool) => pool.name === name)));
  const arrows = drawn.arrows.filter(({ from, to }) => !isOverview || namespaceOf(from) !== namespaceOf(to));
  const isReached = ({ id }: DrawnBox) => isOverview && arrows.some(({ to }) => to === id);
  const clusters = clientsFirst(drawn.namespaces, arrows).map((name) => {
    const boxes = drawn.boxes.filter(({ namespace }) => namespace === name);
    const nodes = [...boxes.filter(isReached), ...boxes.filter((box) => !isReached(box))].map((box) =>
      node(isOverview ? { ...box, notes: [] } : box, box.pool === undefined ? '' : `${dotOf(box.pool)} `),
    );
    return `subgraph "cluster ${name}" {
      label=< ${bold(name)} >; labelloc=t; labeljust=${isOverview ? 'r' : 'l'}; style="filled,rounded"
      color="${color('edge')}"; fillcolor="${color('space')}"
      ${nodes.join('\n')}
    }`;
  });
  const edges = arrows.map(({ from, to, ports }) => {
    const label = ports.length === 0 ? 'all ports' : ports.map((port) => `:${port}`).join(' ');
    return `"${from}" -> "${to}" [label="${label}"]`;
  });
  const shapes = shapeKeys(drawn.boxes);
  const keys = pools.map((pool, index) => [key(colorAt(index), poolText(pool), '●', `COLSPAN="${shapes.length}"`)]);
  const legend = table([...keys, shapes], 'CELLSPACING="4"');
  const content = [...clusters, ...edges, `label=<${legend}>`].join('\n');
  // osage puts boxes in columns; that namespaces stand in one is set last, since they have what is set before them.
  const ways = isOverview
    ? [5, 4, 3].map((columns) => `layout=osage; pack=8; packmode=array_itl${columns}`)
    : ['LR', 'TB'].map((direction) => `rankdir=${direction}; ranksep=0.25; nodesep=0.2`);
  return svg(title, ...ways.map((way) => `splines=polyline; ${way}\n${content}\npackmode=array_il1`));
}

function node({ id, names, notes, entrances, keepsData, kind }: DrawnBox, dot: string): string {
  const fill = keepsData ? 'store' : kind === 'Release' ? 'release' : kind === 'Pods' ? 'space' : 'box';
  const style = keepsData ? 'filled' : kind === 'Pods' ? 'filled,rounded,dashed' : 'filled,rounded';
  const label = table([
    ...entrances.map((way) => [cell(text(way), `BGCOLOR="${color('entry')}" CELLPADDING="3"`)]),
    ...names.map((name, index) => [cell(`${index === 0 ? dot : ''}${bold(name)}`)]),
    ...notes.map((note) => [cell(text(note, 'muted'))]),
  ]);
  const shape = keepsData ? 'cylinder' : 'box';
  return `"${id}" [shape=${shape}, style="${style}", fillcolor="${color(fill)}", label=<${label}>]`;
}

function shapeKeys(boxes: readonly DrawnBox[]): string[] {
  const has = (is: (box: DrawnBox) => boolean, label: string, name: Color, style = 'BORDER="1"') =>
    boxes.some(is) ? [cell(text(label, 'muted'), `BGCOLOR="${color(name)}" CELLPADDING="3" ${style}`)] : [];
  return [
    ...has(() => true, 'namespace', 'space'),
    ...has(({ keepsData }) => keepsData, 'keeps data', 'store'),
    ...has(({ kind }) => kind === 'Release', 'helm release', 'release'),
    ...has(({ kind }) => kind === 'Pods', 'created by others', 'space', 'BORDER="1" STYLE="DASHED"'),
    ...has(({ entrances }) => entrances.length > 0, 'reached from outside', 'entry', ''),
  ];
}

/** Namespaces that connect to another stand before it. */
function clientsFirst(namespaces: readonly string[], arrows: DrawnArchitecture['arrows']): string[] {
  const clients = (name: string) =>
    arrows.filter(({ to }) => namespaceOf(to) === name).map(({ from }) => namespaceOf(from));
  return [...new Set(namespaces.flatMap((name) => [...clients(name), name]))];
}

function namespaceOf(id: string): string {
  return id.split('/')[0] ?? '';
}

/** The nodes of a pool, and what each of them has. */
export function poolText({ name, nodes: { min, max }, capacity: { cpu, memory }, gpus }: NodePool): string {
  const count = min === max ? (max === 1 ? '1 node' : `${max} nodes`) : `${min}–${max} nodes`;
  const gpu = gpus === undefined ? '' : `, ${gpus.count} GPU`;
  return `${name}: ${count} × ${cpuMillis(cpu) / 1000} CPU, ${Math.round(sizeBytes(memory) / 1024 ** 3)} GiB${gpu}`;
}
