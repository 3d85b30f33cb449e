import { App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { expect } from 'vitest';
import { type NodePool, setNodePools } from '../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { inOneSynth } from '../../lib/kube/objects/synth-run';
import { type ImageSettings, setImageSettings } from '../../lib/kube/pods/images';
import { allowLocalCredentials } from '../../lib/kube/secrets/secrets';

export type { Manifest };

export interface TestChartOptions {
  /** @default 'demo' */
  readonly id?: string;
  /** @default 'demo'; null for a chart that leaves it to kubectl */
  readonly namespace?: string | null;
  /** Whether Secrets with literal values may be written. @default false */
  readonly local?: boolean;
  readonly images?: ImageSettings;
  readonly nodePools?: readonly NodePool[];
}

/** A chart in an app of its own, as an importer of the library has it. */
export function testChart(options: TestChartOptions = {}): Chart {
  const { id = 'demo', namespace = 'demo', local = false, images, nodePools } = options;
  const app = new App({ outdir: 'never-written' });
  if (local) allowLocalCredentials(app);
  if (images !== undefined) setImageSettings(app, images);
  if (nodePools !== undefined) setNodePools(app, nodePools);
  return new Chart(app, id, { namespace: namespace ?? undefined });
}

/** Every object of the app that a construct is in, as it is written, after every validation of the tree has passed. */
export function synth(scope: IConstruct): Manifest[] {
  const app = appOf(scope);
  return inOneSynth(app, () => app.charts.flatMap((chart) => chart.toJson()));
}

/** The one object of a kind, and of a name where there are several. */
export function objectOf(scope: IConstruct, kind: string, name?: string): Manifest {
  return find(synth(scope), kind, name);
}

/** The one object of a kind among manifests. */
export function find(objects: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  const [object] = found;
  if (object === undefined || found.length > 1) {
    const there = objects.map((other) => `${other.kind} ${other.metadata.name}`).join(', ');
    throw new Error(`${found.length} objects are a ${kind} ${name ?? ''}, of: ${there}`);
  }
  return object;
}

/** `Kind name` of each object but its NetworkPolicies, which stand where the first of their connections is declared. */
export function namesOf(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind }) => kind !== 'NetworkPolicy').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** Names of the NetworkPolicies. */
export function policiesOf(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name);
}

/** The message that a synth fails with; fails itself where the synth succeeds. */
export function synthError(scope: IConstruct): string {
  try {
    synth(scope);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the synth succeeds');
}

/**
 * Checks that each prop reaches what is written: the output with the value of `all` differs from the one with the
 * value of `other`. A prop that is added to the interface does not compile here until it has two values.
 */
export function expectEachPropToMatter<P extends object>(
  render: (props: Required<P>) => unknown,
  all: Required<P>,
  other: Required<P>,
): void {
  const written = JSON.stringify(render(all));
  for (const key of Object.keys(all) as (keyof P)[]) {
    expect(JSON.stringify(render({ ...all, [key]: other[key] })), `prop '${String(key)}'`).not.toBe(written);
  }
}

function appOf(scope: IConstruct): App {
  const { root } = scope.node;
  if (root instanceof App) return root;
  throw new Error('the tree has no app');
}
