import { Duration } from 'cdk8s';
import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { allowApiServer } from '../../../kube/network/network';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { namespaceOf } from '../../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import type { PullPolicy } from '../../../kube/pods/containers';
import type { Env } from '../../../kube/pods/env';
import { httpProbe } from '../../../kube/pods/probes';
import type { Use } from '../../../kube/pods/uses';
import { Volume } from '../../../kube/pods/volumes';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import { Deployment } from '../../../workloads/deployment';

export interface MlOperatorProps {
  /** Name of the Deployment. @default 'ml-operator' */
  readonly name?: string;
  /** Image with kopf, and handlers in `main.py` of its working directory, or with `command`; pinned by a tag or a digest. */
  readonly image: string;
  /** What runs it, where that is not kopf. @default - kopf, with the handlers of `main.py`, in this namespace alone */
  readonly command?: readonly string[];
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** ServiceAccount that may make the calls of `OPERATOR_CALLS`. */
  readonly serviceAccountName: string;
  /** What the handlers read. @default - none */
  readonly env?: Env;
  /** What the handlers connect to, beside the API server. @default - nothing */
  readonly uses?: readonly Use[];
  /** @default - 100m and 128Mi, at most 200m and 256Mi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const PORT = 8080;
const PORT_NAME = 'health';
const HEALTH = '/healthz';

/** The image runs as root; nothing in it asks for that. */
const USER = 1000;

/** An operator of others, made with kopf unless its command says otherwise, for the ModelDeployments of its own namespace. */
export class MlOperator extends Construct {
  readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: MlOperatorProps) {
    super(...placed(scope, id));
    const words =
      'name? image command?:string[] imagePullPolicy?:Always|IfNotPresent|Never serviceAccountName env?:object uses?:object[] resources?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'ml-operator', image, command, imagePullPolicy, serviceAccountName, env, uses, nodePool } = props;
    const { resources = computeResources({ millicores: [100, 200], mebibytes: [128, 256] }) } = props;
    const namespace = namespaceOf(this);
    requireProp(namespace !== undefined, this, 'namespace', 'be that of a chart: the operator serves one', namespace);
    this.deployment = new Deployment(this, 'Default', {
      identity: { name: 'ml-operator', instance: name, component: 'operator' },
      // Two operators would undo each other's work, and kopf has no election: never two, not even in a rollout.
      replicas: 1,
      strategy: 'Recreate',
      pod: {
        nodePool,
        serviceAccountName,
        automountServiceAccountToken: true,
        securityContext: { user: USER },
        uses,
        podLabels: { app: name },
        containers: [
          {
            name: 'operator',
            image,
            imagePullPolicy,
            // kopf serves no health endpoint unless it is told to, and takes the whole cluster for its namespace.
            command: command ?? [
              'kopf',
              'run',
              '--standalone',
              `--namespace=${namespace}`,
              // A name: at an address, kopf would listen for one family.
              `--liveness=http://$(POD_ID):${PORT}${HEALTH}`,
              'main.py',
            ],
            ports: { [PORT_NAME]: PORT },
            env: {
              // Without it kopf asks for the name of its user, and ends where the user has none.
              POD_ID: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME, { apiVersion: 'v1' }),
              ...env,
            },
            resources,
            probes: {
              startup: httpProbe(HEALTH, PORT_NAME, { period: Duration.seconds(2), failureThreshold: 60 }),
              readiness: httpProbe(HEALTH, PORT_NAME, { timeout: Duration.seconds(5) }),
              liveness: httpProbe(HEALTH, PORT_NAME, {
                period: Duration.seconds(20),
                timeout: Duration.seconds(10),
                failureThreshold: 6,
              }),
            },
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
    allowApiServer(this.deployment.pods);
  }
}
