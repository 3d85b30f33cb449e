import { selector } from '../metric';
import { alertMetrics } from '../metrics/process';
import { by, type SeriesPanel, timeSeries } from '../panels';

/** The alerts of a namespace that fire, and when they did. */
export function alerts(namespace: string | undefined): SeriesPanel {
  const firing = selector(alertMetrics.alerts, { namespace, alertstate: 'firing' });
  return timeSeries('Alerts that fire', 'none', by('count', ['alertname'], firing), {
    description: 'Of the rules of Prometheus; how many series each is about.',
    stacked: true,
    width: 24,
  });
}
