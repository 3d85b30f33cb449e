import type { DashboardPanel, Thresholds } from '../panels';

/** Panels of one component, by signal. */
export interface Signals {
  readonly now: readonly DashboardPanel[];
  readonly traffic: readonly DashboardPanel[];
  readonly latency: readonly DashboardPanel[];
  readonly saturation: readonly DashboardPanel[];
}

/** From 1 % and 5 % of the requests on. */
export const ERRORS: Thresholds = ['green', [0.01, 'orange'], [0.05, 'red']];

/** From 1 s and 5 s on. */
export const SLOW: Thresholds = ['green', [1, 'orange'], [5, 'red']];

/** From 80 % and 95 % of the room on. */
export const FULL: Thresholds = ['green', [0.8, 'orange'], [0.95, 'red']];
