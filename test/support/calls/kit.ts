import type { Call } from './call';
import { components } from './components';
import { functions } from './functions';
import { workloads } from './workloads';

/** Every constructor and function of the first door, by its name there. */
export const calls: Readonly<Record<string, Call>> = { ...workloads, ...components, ...functions };
