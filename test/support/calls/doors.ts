import * as kit from '../../../lib';
import * as observabilityDoor from '../../../lib/observability';
import * as inferenceDoor from '../../../lib/stacks/inference';
import type { Call } from './call';
import { components } from './components';
import { functions } from './functions';
import { observability } from './observability';
import { inference } from './stacks';
import { workloads } from './workloads';

/** A door of the package, and calls of every constructor and function that it has, by their names there. */
export interface Door {
  readonly exports: object;
  readonly calls: Readonly<Record<string, Call>>;
}

export const doors: Readonly<Record<string, Door>> = {
  kit: { exports: kit, calls: { ...workloads, ...components, ...functions } },
  observability: { exports: observabilityDoor, calls: observability },
  'stacks/inference': { exports: inferenceDoor, calls: inference },
};
