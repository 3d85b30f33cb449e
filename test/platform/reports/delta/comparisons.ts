import type { Manifest } from '../../../../lib/kube/objects/serialization';
import { type Difference, delta } from '../../../../lib/platform/reports/delta/delta';
import type { PlatformOutput } from '../../../../lib/platform/reports/delta/output';
import type { DeltaGroup } from '../../../../lib/platform/reports/delta/rules';
import { object, output } from './samples';

/** The delta of two lists of objects. */
export const objects = (from: Manifest[], to: Manifest[]) => delta(output('dev', from), output('prod', to));

/** The delta of two sets of files. */
export const files = (from: PlatformOutput['documents'], to: PlatformOutput['documents']) =>
  delta(output('dev', [], from), output('prod', [], to));

/** A delta in which nothing differs but this. */
export function only(group: DeltaGroup, ...differences: Difference[]) {
  return { groups: { [group]: differences }, drift: [], namespaces: [] };
}

/** The workload that is compared, with this spec. */
export const workload = (kind: string, spec: Manifest) => object(kind, 'fair/api', { spec });

/** A spec that has one container. */
export const container = (fields: Manifest) => ({
  template: { spec: { containers: [{ name: 'main', ...fields }] } },
});
