import type { Construct } from 'constructs';
import { Locust } from '../../components/load-test/locust';
import type { HttpConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { http } from '../../kube/pods/uses';
import { exposed, type FltsExposure } from './exposure';
import type { FltsProfile } from './profiles';
import { PIPELINE_LOCUSTFILE, POINTER_URL } from './programs/locustfile';

export interface FltsLoadTestProps {
  readonly size: FltsProfile['loadTest'];
  /** Where clients ask for forecasts. */
  readonly target: HttpConnection;
  /** URL of the pointer to the promoted model, on the gateway. */
  readonly pointer: string;
  readonly exposure: FltsExposure | undefined;
  readonly nodePool: NodePool | undefined;
}

/** Users of the pipeline. They are started by hand in the web interface. */
export function fltsLoadTest(scope: Construct, props: FltsLoadTestProps): Locust {
  const { size, target, pointer, exposure, nodePool } = props;
  return new Locust(scope, 'load-test', {
    ...size,
    locustfile: PIPELINE_LOCUSTFILE,
    target,
    uses: [http(pointer, POINTER_URL)],
    exposure: exposed(exposure),
    nodePool,
  });
}
