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
  const groups = new Map<string, DrawnBox>();
  const boxOf = new Map<string, string>();
  for (const node of nodes) {
    const { id, namespace, name, kind, pool, gpus, keepsData } = node;
    const [incoming, outgoing] = [meant.filter(({ to }) => to === id), meant.filter(({ from }) => from === id)];
    if (isSetup(node) || (kind === 'Pods' && incoming.length + outgoing.length === 0)) continue;
    const ways = entrances.filter(({ to }) => to === id).map(({ address }) => address);
    const others = incoming.map(({ from }) => from).filter((from) => !byId.has(from));
    const entered = [...new Set([...ways, ...others.filter((from) => from !== 'anyone' || ways.length === 0)])];
    const left = outgoing.flatMap(({ to }) => (byId.has(to) ? [] : `↗ ${to.replace(/^(host|the) /, '')}`));
    const links = [
      ...incoming.filter(({ from }) => byId.has(from)).map(({ from, ports }) => `from ${from} ${ports}`),
      ...outgoing.filter(({ to }) => byId.has(to)).map(({ to, ports }) => `to ${to} ${ports}`),
    ];
    // Those without arrows are told apart by their names.
    const like = [namespace, kind, pool, gpus, keepsData, left, entered, links.length === 0 ? id : links.sort()];
    const key = JSON.stringify(like);
    const box = groups.get(key) ?? { ...node, names: [], entrances: entered, notes: left };
    groups.set(key, { ...box, names: [...box.names, name] });
    boxOf.set(id, box.id);
  }
  const boxes = [...groups.values()].map((box) => ({ ...box, notes: [whatOf(box), ...box.notes] }));
  const arrows = meant.flatMap(({ from: one, to: other, ports }) => {
    const [from, to] = [boxOf.get(one), boxOf.get(other)];
    return from === undefined || to === undefined ? [] : { from, to, ports };
  });
  return {
    namespaces: [...new Set(boxes.map(({ namespace }) => namespace))],
    boxes,
    arrows: [...new Map(arrows.map((arrow) => [JSON.stringify(arrow), arrow])).values()],
  };
}

const KINDS: Readonly<Record<string, string>> = { Release: 'helm release', Cluster: 'CloudNativePG', Pods: 'pods' };

/** The kind, the number and the GPUs of nodes that are alike. */
function whatOf({ kind, replicas: { min, max } = { min: 1, max: 1 }, gpus, names }: DrawnBox): string {
  const word = KINDS[kind] ?? kind;
  const replicas = max === 1 ? '' : ` × ${min === max ? max : `${min}–${max}`}`;
  return (names.length > 1 ? `${names.length} ${word}s` : word + replicas) + (gpus > 0 ? `, ${gpus} GPU` : '');
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
