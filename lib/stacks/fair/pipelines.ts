import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LimitRange } from '../../components/tenancy/limit-range';
import { ServiceAccount } from '../../components/tenancy/service-account';
import { type BucketConnection, roleAnnotations } from '../../kube/network/connections';
import type { AccessRule } from '../../kube/objects/access';
import type { AdmissionRule } from '../../kube/objects/admission';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { Stack, type StackNetwork } from '../../platform/stack';
import { type PipelineConnections, pipelineNetwork } from './network';
import { s3ClientSecret } from './secrets';

/** What ZenML 0.93 does from the pod that starts the steps of a pipeline: it creates a Job for each and watches it. */
const ORCHESTRATOR_RULES: readonly AccessRule[] = [
  { apiGroup: '', resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroup: '', resources: ['pods/log'], verbs: ['get'] },
  { apiGroup: 'batch', resources: ['jobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
];

/** What ZenML 0.93 does where a pipeline is started from: it creates a Job for the pod above, or a CronJob for a schedule. */
const CLIENT_RULES: readonly AccessRule[] = [
  { apiGroup: '', resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroup: '', resources: ['pods/log'], verbs: ['get'] },
  { apiGroup: 'batch', resources: ['jobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { apiGroup: 'batch', resources: ['cronjobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
];

/** The account of the pods that start steps. */
export const ORCHESTRATOR = 'zenml-pipelines';

/** The account {@link ORCHESTRATOR}. */
export function orchestratorAccount(
  scope: Construct,
  id: string,
  { roleArn }: BucketConnection,
  admission?: readonly AdmissionRule[],
): ServiceAccount {
  return new ServiceAccount(scope, id, {
    name: ORCHESTRATOR,
    // The pods are ZenML's own: they mount the token only because the account says so.
    automountServiceAccountToken: true,
    annotations: roleAnnotations(roleArn),
    rules: ORCHESTRATOR_RULES,
    admission,
  });
}

export interface PipelineStackProps {
  readonly namespace: string;
  /** @default 'declared' */
  readonly network?: StackNetwork;
  /** The bucket of ZenML's artifacts, which every step opens. */
  readonly artifacts: BucketConnection;
  /** ZenML and MLflow, as pods reach them. */
  readonly servers: PipelineConnections['servers'];
  /** Namespace of the Secret that opens the bucket for others; the one of this namespace has the same values. */
  readonly artifactsNamespace: string;
  /** Where the Secret comes from that opens the bucket: Secrets do not cross namespaces. */
  readonly credentials: CredentialSource;
}

/** A namespace of ZenML's pipelines, and the accounts of those who start them, of what starts their steps, and of the steps. */
export class PipelineStack extends Stack {
  /** The account of a service connector: for users who start pipelines and are not administrators of the cluster. */
  readonly client: ServiceAccount;
  /** The account of the pods that start steps. */
  readonly orchestrator: ServiceAccount;
  /** The account of the steps, which may ask nothing of the API server. */
  readonly steps: ServiceAccount;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    const words =
      'namespace network?:declared|any artifacts:Bucket servers:object[] artifactsNamespace credentials:CredentialSource';
    requireKnownProps(id, props, words);
    const { namespace, network, artifacts, servers, artifactsNamespace, credentials } = props;
    // Nothing stricter than baseline: images of steps run as users of their own.
    super(scope, id, { namespace, podSecurity: 'baseline', network });
    pipelineNetwork(this, { artifacts, servers });
    new LimitRange(this, 'limits', {
      name: 'pipeline-defaults',
      defaultRequest: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
    });
    if (artifacts.credentials !== undefined) {
      const same = { ...artifacts.credentials, namespace: artifactsNamespace };
      credentials.provide(this, s3ClientSecret(['pipelines'], same));
    }
    this.client = new ServiceAccount(this, 'client', { name: 'zenml-client', rules: CLIENT_RULES });
    this.orchestrator = orchestratorAccount(this, 'orchestrator', artifacts);
    this.steps = new ServiceAccount(this, 'steps', {
      name: 'zenml-steps',
      annotations: roleAnnotations(artifacts.roleArn),
    });
  }
}
