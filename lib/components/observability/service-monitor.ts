import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterSettings } from '../../kube/network/cluster-settings';
import type { MetricsConnection } from '../../kube/network/connections';
import { connectExternal } from '../../kube/network/network';
import type { ExternalPods } from '../../kube/network/peers';
import { customResource } from '../../kube/objects/custom-resource';
import { requireProp } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { promDuration } from './promql';
import { type RuleFile, type RuleGroup, ruleFile } from './rule-groups';
import { targetService } from './target';

const API_VERSION = 'monitoring.coreos.com/v1';

/** `ServiceMonitor`: the fields that are set here. */
interface ServiceMonitorSpec {
  readonly namespaceSelector?: { readonly matchNames: readonly string[] };
  readonly selector: { readonly matchLabels: Labels };
  readonly endpoints: readonly {
    readonly port: string;
    readonly path: string;
    readonly interval?: string;
    readonly relabelings: readonly object[];
  }[];
}

export interface ServiceMonitorProps {
  /** Name of the ServiceMonitor. @default - the job of the target */
  readonly name?: string;
  readonly target: MetricsConnection;
  /** @default - that of the Prometheus that scrapes it */
  readonly interval?: Duration;
  /** By which a Prometheus selects it: `{ release: 'kube-prometheus-stack' }`. @default - none */
  readonly labels?: Labels;
  /** The Prometheus that scrapes it, where the network is isolated. @default - `monitoring` of the cluster settings */
  readonly prometheus?: ExternalPods;
}

/** Lets a Prometheus of the operator scrape each pod of a target: its series have the labels that an own one gives them. */
export class ServiceMonitor extends Construct {
  constructor(scope: Construct, id: string, props: ServiceMonitorProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'interval?:Duration name? target:Metrics labels?:string{} prometheus?:object');
    const { target, name = target.job, interval, labels, prometheus = clusterSettings(this).monitoring } = props;
    const { service, namespace } = targetService(target);
    customResource<ServiceMonitorSpec>(this, 'Default', {
      apiVersion: API_VERSION,
      kind: 'ServiceMonitor',
      name,
      labels,
      spec: {
        namespaceSelector: namespace === undefined ? undefined : { matchNames: [namespace] },
        selector: { matchLabels: target.labels },
        endpoints: [
          {
            port: target.portName,
            path: target.path,
            interval: interval && promDuration(this, 'interval', interval),
            relabelings: [
              // Other Services of the same pods have these labels, and may have a port of this name, too.
              { action: 'keep', sourceLabels: ['__meta_kubernetes_service_name'], regex: service },
              { targetLabel: 'job', replacement: target.job },
            ],
          },
        ],
      },
    });
    connectExternal(this, prometheus, target);
  }
}

export interface PrometheusRuleProps {
  /** Name of the PrometheusRule. */
  readonly name: string;
  readonly rules: readonly RuleGroup[];
  /** By which a Prometheus selects it: `{ release: 'kube-prometheus-stack' }`. @default - none */
  readonly labels?: Labels;
}

/** Rules for the Prometheus of an operator. */
export class PrometheusRule extends Construct {
  constructor(scope: Construct, id: string, props: PrometheusRuleProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name labels?:string{} rules:object[]');
    const { name, rules, labels } = props;
    requireProp(rules.length > 0, this, 'rules', 'have a group', rules);
    const spec = ruleFile(this, rules);
    customResource<RuleFile>(this, 'Default', { apiVersion: API_VERSION, kind: 'PrometheusRule', name, labels, spec });
  }
}
