import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { requireProp } from './errors';
import { requireKnownProps } from './known-props';
import { isLabelValue, requireDnsLabel, requireLabelValues } from './names';

/** Labels by key. */
export type Labels = Readonly<Record<string, string>>;

/** The identity of an object, in the recommended labels of Kubernetes. */
export interface Identity {
  /** The application: `postgres`, `minio`, `inference`. */
  readonly name: string;
  /** The one instance of it: the name of the workload. */
  readonly instance: string;
  /** Its role in the stack: `database`, `object-store`, `server`. */
  readonly component: string;
}

/** The labels that every object of a stack carries, so that `kubectl -l` finds all of it. */
export function stackLabels(stack: string): Labels {
  return { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'cdk8s' };
}

/** Checks the id of a chart, which becomes a label of each object, and its namespace. */
export function requireChart(chart: Chart): void {
  const { id } = chart.node;
  requireProp(isLabelValue(id), chart, 'id', "be a label value (at most 63 letters, digits, '-', '_' and '.')", id);
  if (chart.namespace !== undefined) requireDnsLabel(chart, 'namespace', chart.namespace);
}

/** The labels that select the pods of an identity. They never change with a release: selectors are immutable. */
export function selectorLabels(scope: Construct, identity: Identity): Labels {
  const chart = Chart.of(scope);
  requireChart(chart);
  requireKnownProps(scope, { identity }, 'identity:Identity');
  requireLabelValues(scope, 'identity', { ...identity });
  return {
    'app.kubernetes.io/name': identity.name,
    'app.kubernetes.io/instance': identity.instance,
    'app.kubernetes.io/component': identity.component,
    ...stackLabels(chart.node.id),
  };
}

/** The label of the version that runs: the tag of the image, where it is a label value. */
export function versionLabel(image: string): Labels {
  const tag = /:([^/:@]+)(@.*)?$/.exec(image)?.[1];
  return tag !== undefined && isLabelValue(tag) ? { 'app.kubernetes.io/version': tag } : {};
}
