import { selector } from '../metric';
import { alertMetrics } from '../metrics/process';
import { by, type SeriesPanel, timeSeries } from '../panels';

/** The alerts of a namespace that fire, and when they did. */
export function alerts(namespace: string | undefined): SeriesPanel {
  const firing = selector(alertMetrics.alerts, { namespace, alertstate: 'firing' });
  return timeSeries('Firing alerts', 'none', by('count', ['alertname'], firing), {
    description: 'Alerts of the rules of Prometheus, by the number of series that fire.',
    stacked: true,
    width: 24,
  });
}
