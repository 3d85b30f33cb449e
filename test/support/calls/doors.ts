import * as kit from '../../../lib';
import * as observabilityDoor from '../../../lib/observability';
import * as platformDoor from '../../../lib/platform';
import * as fairDoor from '../../../lib/stacks/fair';
import * as fltsDoor from '../../../lib/stacks/flts';
import * as inferenceDoor from '../../../lib/stacks/inference';
import * as modelDoor from '../../../lib/stacks/model-platform';
import * as testingDoor from '../../../lib/testing';
import type { Call } from './call';
import { components } from './components';
import { functions } from './functions';
import { observability } from './observability';
import { platform } from './platform';
import { fair } from './stack-fair';
import { flts } from './stack-flts';
import { inference } from './stack-inference';
import { modelPlatform } from './stack-model-platform';
import { testing } from './testing';
import { workloads } from './workloads';

/** A door of the package, and calls of every constructor and function that it has, by their names there. */
export interface Door {
  readonly exports: object;
  readonly calls: Readonly<Record<string, Call>>;
}

export const doors: Readonly<Record<string, Door>> = {
  kit: { exports: kit, calls: { ...workloads, ...components, ...functions } },
  observability: { exports: observabilityDoor, calls: observability },
  platform: { exports: platformDoor, calls: platform },
  'stacks/fair': { exports: fairDoor, calls: fair },
  'stacks/flts': { exports: fltsDoor, calls: flts },
  'stacks/inference': { exports: inferenceDoor, calls: inference },
  'stacks/model-platform': { exports: modelDoor, calls: modelPlatform },
  testing: { exports: testingDoor, calls: testing },
};
