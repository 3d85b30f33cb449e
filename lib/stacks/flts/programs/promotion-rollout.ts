import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection } from '../../../kube/network/connections';
import { allowApiServer } from '../../../kube/network/network';
import type { NodePool } from '../../../kube/nodes/node-pools';
import type { AdmissionRule } from '../../../kube/objects/admission';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { execProbe } from '../../../kube/pods/probes';
import { http } from '../../../kube/pods/uses';
import { Volume } from '../../../kube/pods/volumes';
import { computeResources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import { Deployment } from '../../../workloads/deployment';

export interface PromotionRolloutProps {
  /** Name of the Deployment. @default 'promotion-rollout' */
  readonly name?: string;
  /** An account that may patch Deployments of its namespace. */
  readonly serviceAccountName: string;
  /** The Deployment of the servers: they load the promoted model when they start. */
  readonly target: Deployment;
  /** URL of the pointer to the promoted model. */
  readonly pointer: string;
  /** An image with curl, sha256sum and a shell. @default images.curl */
  readonly image?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** URL of the pointer to the promoted model, which the evaluation writes into a bucket behind a gateway. */
export function promotionPointer(gateway: HttpConnection, bucket: string): string {
  requireKnownProps('promotionPointer()', { gateway, bucket }, 'gateway:HttpServer bucket');
  return `${gateway.url}/download/${bucket}/current.json`;
}

/** Its account may change what it has to change of a Deployment, and not what the pods run. */
export const PROMOTION_ADMISSION: AdmissionRule = {
  resources: { apps: ['deployments'] },
  expression: [
    'object.spec.template.spec == oldObject.spec.template.spec',
    'object.spec.template.metadata.labels == oldObject.spec.template.metadata.labels',
    'object.spec.replicas == oldObject.spec.replicas',
    'object.spec.strategy == oldObject.spec.strategy',
  ].join(' && '),
  message: 'only annotations of the pods may change',
};

/** The annotation of the pods that says which pointer they started with. */
const ANNOTATION = 'checksum/promotion';

/**
 * What rolls the servers when another model is promoted: every 15 s it writes the checksum of the pointer into the pods
 * of the Deployment, which changes nothing while the pointer is the same. So each replica loads each promotion, one
 * after the other, and none of them before it is promoted. Members of one consumer group would each see a part of them.
 */
export class PromotionRollout extends Construct {
  readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: PromotionRolloutProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name? serviceAccountName target:Deployment pointer image? nodePool?:NodePool');
    const { name = 'promotion-rollout', serviceAccountName, target, pointer, image = images.curl, nodePool } = props;
    this.deployment = new Deployment(this, 'Default', {
      identity: { name: 'promotion-rollout', instance: name, component: 'promotion' },
      strategy: 'Recreate',
      pod: {
        nodePool,
        securityContext: { user: 1000 },
        serviceAccountName,
        automountServiceAccountToken: true,
        uses: [http(pointer, 'POINTER_URL')],
        containers: [
          {
            name: 'promotion-rollout',
            image,
            command: ['/bin/sh', '-euc', PROMOTION_SCRIPT],
            env: {
              DEPLOYMENT: target.name,
              ANNOTATION,
              API_SERVER: 'https://kubernetes.default.svc',
              ACCOUNT: '/var/run/secrets/kubernetes.io/serviceaccount',
            },
            resources: computeResources({ millicores: [10, 100], mebibytes: [16, 64] }),
            probes: { liveness: execProbe(['/bin/sh', '-euc', ALIVE_SCRIPT], ALIVE) },
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
    allowApiServer(this.deployment.pods);
  }
}

/** POSIX sh. Whether the loop below has come round in the last two minutes; one turn takes less than one. */
export const ALIVE_SCRIPT = `test $(($(date +%s) - $(cat "\${ALIVE:-/tmp/alive}"))) -lt 120`;
const ALIVE = { period: Duration.seconds(30), timeout: Duration.seconds(10) };

/** POSIX sh. Before the first promotion there is no pointer; what could not be written is tried again. */
export const PROMOTION_SCRIPT = `trap 'exit 0' TERM
written=
while :; do
  date +%s > "\${ALIVE:-/tmp/alive}"
  if pointer=$(curl --silent --fail --max-time 10 "$POINTER_URL"); then
    sum=$(printf '%s' "$pointer" | sha256sum | cut -c 1-64)
    if [ "$sum" != "$written" ] &&
      curl --silent --show-error --fail --max-time 30 --output /dev/null --request PATCH \\
        --cacert "$ACCOUNT/ca.crt" --oauth2-bearer "$(cat "$ACCOUNT/token")" \\
        --header 'Content-Type: application/strategic-merge-patch+json' \\
        --data "{\\"spec\\":{\\"template\\":{\\"metadata\\":{\\"annotations\\":{\\"$ANNOTATION\\":\\"$sum\\"}}}}}" \\
        "$API_SERVER/apis/apps/v1/namespaces/$(cat "$ACCOUNT/namespace")/deployments/$DEPLOYMENT"; then
      written=$sum
      echo "the servers have the promotion $sum"
    fi
  fi
  sleep "\${PAUSE:-15}" &
  wait $!
done
`;
