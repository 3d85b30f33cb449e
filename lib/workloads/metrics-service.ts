import { Construct } from 'constructs';
import type { MetricsConnection } from '../kube/network/connections';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { type Identity, selectorLabels } from '../kube/objects/labels';
import { Service } from './service';

export interface MetricsServiceProps {
  /** Name of the component: the Service is `name-metrics`, and series have it as their label `job`. */
  readonly name: string;
  /** Whose pods serve the metrics. */
  readonly identity: Identity;
  /** Port that they are served on. */
  readonly port: number;
  /** Name of the container port. @default 'metrics' */
  readonly portName?: string;
  /** @default '/metrics' */
  readonly path?: string;
}

/** A Service whose DNS name resolves to all pods of an identity, so that Prometheus scrapes each of them. */
export class MetricsService extends Construct {
  readonly connection: MetricsConnection;

  constructor(scope: Construct, id: string, props: MetricsServiceProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name identity:Identity port:number portName? path?');
    const { name, identity, port, portName = 'metrics', path = '/metrics' } = props;
    const { host } = new Service(this, 'Default', {
      name: `${name}-metrics`,
      identity,
      headless: true,
      publishNotReadyAddresses: true,
      ports: [{ name: portName, port }],
    });
    const labels = selectorLabels(this, identity);
    this.connection = { job: name, host, port, portName, path, labels };
  }
}
