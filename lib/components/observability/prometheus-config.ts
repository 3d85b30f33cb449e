import { type Duration, Yaml } from 'cdk8s';
import type { MetricsConnection } from '../../kube/network/connections';
import { type ErrorLocation, requireUnique } from '../../kube/objects/errors';
import { promDuration } from './promql';
import { type RuleGroup, ruleFile } from './rule-groups';
import { targetService } from './target';

export interface PrometheusConfigProps {
  /** The job of Prometheus itself. */
  readonly self: { readonly job: string; readonly port: number };
  readonly targets: readonly MetricsConnection[];
  readonly rules: readonly RuleGroup[];
  /** How often targets are scraped and rules evaluated. */
  readonly interval: Duration;
}

/** The files that Prometheus reads, by name; the first is the one that names the other. */
export function prometheusConfig(location: ErrorLocation, props: PrometheusConfigProps) {
  const { self, targets, rules, interval } = props;
  const every = promDuration(location, 'interval', interval);
  requireUnique(location, 'targets', [self, ...targets], 'job');
  const config = {
    global: { scrape_interval: every, evaluation_interval: every },
    rule_files: [RULES],
    scrape_configs: [
      { job_name: self.job, static_configs: [{ targets: [`localhost:${self.port}`] }] },
      ...targets.map((target) => scrapeConfig(target, every)),
    ],
  };
  return { [CONFIG]: text(config), [RULES]: text(ruleFile(location, rules)) };
}

export const CONFIG = 'prometheus.yml';
const RULES = 'rules.yml';

/** Asks DNS for the address of each pod: Prometheus needs no right to ask the API server for them. */
function scrapeConfig(target: MetricsConnection, interval: string) {
  const { job, host, port, path } = target;
  const { service, namespace } = targetService(target);
  return {
    job_name: job,
    metrics_path: path,
    // A headless Service has addresses of one family.
    dns_sd_configs: ['A', 'AAAA'].map((type) => ({ names: [host], type, port, refresh_interval: interval })),
    relabel_configs: [
      ...(namespace === undefined ? [] : [{ target_label: 'namespace', replacement: namespace }]),
      { target_label: 'service', replacement: service },
    ],
  };
}

/** A copy is written, because an object that stands twice in a document would become an alias. */
function text(document: unknown): string {
  return Yaml.stringify(JSON.parse(JSON.stringify(document)));
}
