import type { Architecture, ArchitectureConnection, ArchitectureNode } from './architecture';

/** What is left of an architecture when a person is to see it at once. */
export interface DrawnArchitecture {
  readonly boxes: readonly DrawnBox[];
  readonly arrows: readonly DrawnArrow[];
}

/** Nodes that have the same connections. */
export interface DrawnBox {
  /** That of the first node. */
  readonly id: string;
  readonly nodes: readonly ArchitectureNode[];
  /** How it is reached from outside: `:30092` for a node port, the host of a route, `anyone`, `pods of …`. */
  readonly entrances: readonly string[];
  /** What it connects to outside: `internet`, `API server`, the name of a host, `pods of …`, `anyone`. */
  readonly exits: readonly string[];
}

/** From a box to a box. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  /** Ports of the pods that it leads to. Empty for all. */
  readonly ports: readonly number[];
}

/**
 * Leaves out what hides the rest: what operators, monitoring and databases need for themselves, and Jobs that only set a
 * server up. Nodes with the same connections become one box.
 */
export function drawnArchitecture({ nodes, connections, entrances }: Architecture): DrawnArchitecture {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const meant = connections.filter((connection) => isMeant(connection, byId));
  const inSight = nodes.filter(({ id, kind, component }) => {
    const isSeen = kind !== 'Pods' || meant.some(({ from, to }) => from === id || to === id);
    return isSeen && !isSetup({ kind, component });
  });
  const entrancesOf = (id: string) => {
    const ways = entrances.filter(({ to }) => to === id);
    const isKnown = ({ from, ports }: ArchitectureConnection) =>
      from === 'anyone' && ways.some(({ port }) => port === undefined || ports.includes(port));
    const others = meant.filter((each) => each.to === id && !byId.has(each.from) && !isKnown(each));
    return [...new Set([...ways.map(({ address }) => address), ...others.map(({ from }) => from)])];
  };
  const boxes = inSight.map((node): DrawnBox => {
    const out = meant.filter(({ from, to }) => from === node.id && !byId.has(to));
    const exits = out.map(({ to }) => to.replace(/^(host|the) /, ''));
    return { id: node.id, nodes: [node], entrances: entrancesOf(node.id), exits };
  });
  const between = meant.filter(({ from, to }) => byId.has(from) && byId.has(to));
  const groups = grouped(boxes, (box) => likeness(box, between));
  const boxOf = new Map(groups.flatMap((group) => group.map(({ id }) => [id, group[0]?.id ?? id] as const)));
  const arrows = between.map(({ from, to, ports }) => ({
    from: boxOf.get(from) ?? from,
    to: boxOf.get(to) ?? to,
    ports,
  }));
  return {
    boxes: groups.flatMap(([first, ...others]) =>
      first === undefined ? [] : { ...first, nodes: [first, ...others].flatMap(({ nodes }) => nodes) },
    ),
    arrows: [...new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow])).values()],
  };
}

function isMeant(
  { from, to, ofCluster }: ArchitectureConnection,
  nodes: ReadonlyMap<string, ArchitectureNode>,
): boolean {
  const source = nodes.get(from);
  const manages = source?.kind === 'Cluster' && to === 'the API server';
  const measures = source?.component === 'metrics';
  return !ofCluster && from !== to && !manages && !measures && !(source && isSetup(source));
}

/** `topic-init`, `bucket-init`, `database-init`. */
function isSetup({ kind, component }: Pick<ArchitectureNode, 'kind' | 'component'>): boolean {
  return kind === 'Job' && component?.endsWith('-init') === true;
}

/** What boxes are told apart by: those without arrows by their names. */
function likeness({ id, nodes, entrances, exits }: DrawnBox, arrows: readonly DrawnArrow[]): string {
  const own = arrows.filter(({ from, to }) => from === id || to === id);
  const others = own.map(({ from, to, ports }) => `${from === id ? `to ${to}` : `from ${from}`} ${ports}`);
  const looks = nodes.map(({ namespace, kind, pool, gpus, keepsData }) => [namespace, kind, pool, gpus, keepsData]);
  return JSON.stringify([looks, entrances, exits, others.sort(), own.length === 0 ? id : '']);
}

function grouped<T>(all: readonly T[], key: (each: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return [...groups.values()];
}
