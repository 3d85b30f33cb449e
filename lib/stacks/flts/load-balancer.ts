import type { Construct } from 'constructs';
import { Haproxy } from '../../components/edge/haproxy';
import type { ServersConnection } from '../../kube/network/connections';
import type { Exposure } from '../../kube/network/exposure';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { SecretKey } from '../../kube/secrets/secrets';
import type { FltsProfile } from './profiles';
import { PREDICTION_TIMEOUT } from './programs/inference-env';

export interface FltsLoadBalancerProps {
  readonly servers: ServersConnection;
  readonly size: FltsProfile['loadBalancer'];
  readonly statsPassword: SecretKey;
  readonly clusterDomain: string | undefined;
  readonly exposure: Exposure | undefined;
  readonly nodePool: NodePool | undefined;
}

/** What clients ask for. Other paths of the servers change what they do, and are for operators, at a server itself. */
const PATHS = ['/predict', '/predict_ping', '/healthz', '/ready', '/queue_stats', '/metrics'] as const;

export const LOAD_BALANCER = 'inference-lb';

/** Where clients of the pipeline ask for forecasts. */
export function fltsLoadBalancer(scope: Construct, { size, ...props }: FltsLoadBalancerProps): Haproxy {
  return new Haproxy(scope, 'load-balancer', {
    ...size,
    ...props,
    name: LOAD_BALANCER,
    requestTimeout: PREDICTION_TIMEOUT,
    paths: PATHS,
  });
}
