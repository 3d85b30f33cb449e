import type { Construct, IConstruct } from 'constructs';
import { podOwners } from '../objects/inventory';
import { requireKnownProps } from '../objects/known-props';
import { addNotes } from '../objects/notes';
import { perApp } from '../objects/per-app';

/** Connections that the pods of a program open to a database server at most. */
interface Pool {
  readonly client: string;
  readonly connections: () => number;
}

/** What the pools of clients may open at a database server together, with all replicas that their autoscalers may ask for. */
export interface ConnectionBudget {
  /** DNS name of the server. */
  readonly host: string;
  /** Connections of each client. */
  readonly clients: Readonly<Record<string, number>>;
  readonly total: number;
  /** What the server has for them, beside those of its superuser. @default - it is external */
  readonly room?: number;
}

interface Servers {
  readonly pools: Map<string, Pool[]>;
  readonly rooms: Map<string, number>;
}

const serversOf = perApp('connection-budget', (root): Servers => {
  addNotes(root, () =>
    connectionBudgets(root).flatMap((budget) =>
      budget.room === undefined ? [`${budget.host} needs ${show(budget)}`] : [],
    ),
  );
  return { pools: new Map(), rooms: new Map() };
});

/**
 * Declares the connections that a workload or the pods of a chart open at most.
 * @param each - of one pod
 * @param pods - how many pods there are. @default - those of the workload `scope`
 */
export function recordPool(scope: Construct, client: string, host: string, each: number, pods?: number): void {
  const { pools } = serversOf(scope);
  const owner = () => podOwners(scope).find(({ construct }) => construct === scope);
  const connections = () => each * (pods ?? owner()?.replicas?.maxReplicas ?? 1);
  pools.set(host, [...(pools.get(host) ?? []), { client, connections }]);
}

/**
 * Declares a database server. More connections than it has are an error of `scope`.
 * @param prop - property of `scope` that sets `max`
 * @param reserved - connections that are kept for the superuser
 */
export function recordConnectionLimit(
  scope: Construct,
  host: string,
  prop: string,
  max: number,
  reserved: number,
): void {
  serversOf(scope).rooms.set(host, max - reserved);
  scope.node.addValidation({
    validate: () =>
      connectionBudgets(scope)
        .filter((budget) => budget.host === host && budget.total > max - reserved)
        .map((budget) => `'${prop}' must be at least ${budget.total + reserved} for ${show(budget)}, got ${max}`),
  });
}

/** The budget of each server that a pool is declared for. */
export function connectionBudgets(app: IConstruct): ConnectionBudget[] {
  const { pools, rooms } = serversOf(app);
  return [...pools].map(([host, all]) => {
    const clients: Record<string, number> = {};
    for (const { client, connections } of all) clients[client] = (clients[client] ?? 0) + connections();
    const total = Object.values(clients).reduce((sum, each) => sum + each, 0);
    return { host, clients, total, room: rooms.get(host) };
  });
}

/** `82 connections (stac 12, mlflow 30, zenml 40)`. */
function show({ clients, total }: ConnectionBudget): string {
  const each = Object.entries(clients).map(([client, connections]) => `${client} ${connections}`);
  return `${total} connections (${each.join(', ')})`;
}

/** One line a server: what its clients may open, of what it has. */
export function connectionLines(app: IConstruct): string[] {
  requireKnownProps('connectionLines()', { app }, 'app:Construct');
  return connectionBudgets(app).map(
    (budget) => `${budget.host}: ${show(budget)} of ${budget.room ?? 'an external server'}`,
  );
}
