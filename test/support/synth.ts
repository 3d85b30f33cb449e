import { App, Chart } from 'cdk8s';
import { expect } from 'vitest';
import { type NodePool, setNodePools } from '../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type ImageSettings, setImageSettings } from '../../lib/kube/pods/images';
import { allowLocalCredentials } from '../../lib/kube/secrets/secrets';

export { findObject as find, objectOf, synth, synthError } from '../../lib/testing';
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

/** `Kind name` of each object but its NetworkPolicies, which stand where the first of their connections is declared. */
export function namesOf(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind }) => kind !== 'NetworkPolicy').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** Names of the NetworkPolicies. */
export function policiesOf(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name);
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
