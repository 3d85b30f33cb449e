import type { Architecture, ArchitectureConnection, ArchitectureNode } from './architecture';

/** What is left of an architecture when a person is to see it at once. */
export interface DrawnArchitecture {
  /** The namespaces that have boxes. */
  readonly namespaces: readonly string[];
  readonly boxes: readonly DrawnBox[];
  readonly arrows: readonly DrawnArrow[];
}

/** Nodes that have the same connections. */
export interface DrawnBox extends ArchitectureNode {
  readonly names: readonly string[];
  /** What it is, and what it connects to outside: `↗ internet`, `↗ API server`, `↗ pods of …`, the name of a host. */
  readonly notes: readonly string[];
  /** How it is reached from outside: `:30092` for a node port, the host of a route, `anyone`, `pods of …`. */
  readonly entrances: readonly string[];
}

export type DrawnArrow = Omit<ArchitectureConnection, 'ofCluster'>;

/**
 * Leaves out what hides the rest: what operators, monitoring and databases need for themselves, and Jobs that only set a
 * server up. Nodes with the same connections become one box.
 */
export function drawnArchitecture({ nodes, connections, entrances }: Architecture): DrawnArchitecture {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const meant = connections.filter((connection) => isMeant(connection, byId.get(connection.from)));
  const between = meant.filter(({ from, to }) => byId.has(from) && byId.has(to));
  const groups = new Map<string, [ArchitectureNode, ...ArchitectureNode[]]>();
  const waysOf = ({ id }: ArchitectureNode) => {
    const ways = entrances.filter(({ to }) => to === id).map(({ address }) => address);
    const others = meant.filter(({ from, to }) => to === id && !byId.has(from)).map(({ from }) => from);
    return [...new Set([...ways, ...others.filter((from) => from !== 'anyone' || ways.length === 0)])];
  };
  const exitsOf = ({ id }: ArchitectureNode) =>
    meant.filter(({ from, to }) => from === id && !byId.has(to)).map(({ to }) => `↗ ${to.replace(/^(host|the) /, '')}`);
  for (const node of nodes) {
    const { id, namespace, kind, pool, gpus, keepsData } = node;
    const isSeen = kind !== 'Pods' || meant.some(({ from, to }) => from === id || to === id);
    if (!isSeen || isSetup(node)) continue;
    const own = between.filter(({ from, to }) => from === id || to === id);
    const others = own.map(({ from, to, ports }) => `${from === id ? `to ${to}` : `from ${from}`} ${ports}`);
    // Those without arrows are told apart by their names.
    const links = [exitsOf(node), waysOf(node), others.sort(), own.length === 0 ? id : ''];
    const likeness = JSON.stringify([namespace, kind, pool, gpus, keepsData, links]);
    groups.set(likeness, [...(groups.get(likeness) ?? []), node] as [ArchitectureNode]);
  }
  const boxes = [...groups.values()].map((group): DrawnBox => {
    const [node] = group;
    const notes = [whatOf(node, group.length), ...exitsOf(node)];
    return { ...node, names: group.map(({ name }) => name), notes, entrances: waysOf(node) };
  });
  const boxOf = new Map([...groups.values()].flatMap((group) => group.map(({ id }) => [id, group[0].id] as const)));
  const arrows = between.map(({ from, to, ports }) => ({
    from: boxOf.get(from) ?? from,
    to: boxOf.get(to) ?? to,
    ports,
  }));
  return {
    namespaces: [...new Set(boxes.map(({ namespace }) => namespace))],
    boxes,
    arrows: [...new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow])).values()],
  };
}

const KINDS: Readonly<Record<string, string>> = { Release: 'helm release', Cluster: 'CloudNativePG', Pods: 'pods' };

/** The kind, the number and the GPUs of nodes that are alike. */
function whatOf({ kind, replicas: { min, max } = { min: 1, max: 1 }, gpus }: ArchitectureNode, count: number): string {
  const word = KINDS[kind] ?? kind;
  const replicas = max === 1 ? '' : ` × ${min === max ? max : `${min}–${max}`}`;
  return (count > 1 ? `${count} ${word}s` : word + replicas) + (gpus > 0 ? `, ${gpus} GPU` : '');
}

function isMeant({ from, to, ofCluster }: ArchitectureConnection, source?: ArchitectureNode): boolean {
  const manages = source?.kind === 'Cluster' && to === 'the API server';
  const measures = source?.component === 'metrics';
  return !ofCluster && from !== to && !manages && !measures && !(source && isSetup(source));
}

/** `topic-init`, `bucket-init`, `database-init`. */
function isSetup({ kind, component }: ArchitectureNode): boolean {
  return kind === 'Job' && component?.endsWith('-init') === true;
}
