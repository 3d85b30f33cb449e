import type { Construct } from 'constructs';
import { ServiceAccount } from '../../components/tenancy/service-account';
import { accessRules } from '../../kube/objects/access';
import { podAdmission } from '../../kube/objects/admission';
import { requireProp, requireUnique } from '../../kube/objects/errors';
import { given } from '../../kube/objects/given';
import { requireKnownProps } from '../../kube/objects/known-props';
import { mention, type Use } from '../../kube/pods/uses';
import type { ModelDeploymentSpec } from './model-deployment-spec';
import { modelNetwork } from './model-network';
import { MlOperator, type MlOperatorProps } from './operator/ml-operator';
import type { ModelOperatorProps } from './operator/model-operator';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from './operator/operator-calls';

/**
 * The operator of this platform makes them of custom resources, in namespaces of their own; or one of others does, in the
 * namespace of the stack; or the synth makes them, and no operator is there.
 */
export type ModelServing =
  | { readonly operator: ModelOperatorOptions }
  | { readonly externalOperator: ExternalOperatorOptions }
  | { readonly deployments: readonly ServedModel[] };

/** The operator of this platform. */
export interface ModelOperatorOptions extends Pick<ModelOperatorProps, 'replicas' | 'resources'> {
  /**
   * Namespaces of ModelDeployments and of their pods, each with a file of its own in `dist/`.
   * @default - `ml-models` where the namespace of the stack is `ml-platform`, else that namespace with `-models` behind it
   */
  readonly namespaces?: readonly [string, ...string[]];
}

/** An operator that is written and built elsewhere; `images.operator` is its image. */
export type ExternalOperatorOptions = Pick<MlOperatorProps, 'command' | 'env' | 'resources'>;

/** A model that is served without an operator. */
export interface ServedModel extends ModelDeploymentSpec {
  /** At most 53 characters; its objects are called `name-inference`. */
  readonly name: string;
  /** What the server of the model connects to, beside the registry. @default - nothing */
  readonly uses?: readonly Use[];
}

/** What is given of each way; {@link requireServing} refuses all but one. */
export interface ServingWays {
  readonly operator?: ModelOperatorOptions;
  readonly externalOperator?: ExternalOperatorOptions;
  readonly deployments?: readonly ServedModel[];
}

/** Checks that one way is given, and its properties. */
export function requireServing(scope: Construct, serving: ServingWays): void {
  requireKnownProps(scope, serving, 'operator?:object externalOperator?:object deployments?:object[]', 'serving');
  const { operator, externalOperator, deployments = [] } = serving;
  const ways = Object.keys(given(serving));
  const allowed = "have one of 'operator', 'externalOperator' and 'deployments'";
  requireProp(ways.length === 1, scope, 'serving', allowed, ways.join(' and ') || 'none');
  requireKnownProps(scope, operator, 'namespaces?:string[] replicas?:number resources?:object', 'serving.operator');
  const externalWords = 'command?:string[] env?:object resources?:object';
  requireKnownProps(scope, externalOperator, externalWords, 'serving.externalOperator');
  requireUnique(scope, 'serving.operator.namespaces', operator?.namespaces ?? []);
  requireUnique(scope, 'serving.deployments', deployments, 'name');
}

/** The external operator, with an account that may make its calls in the namespace of the stack. */
export function createExternalOperator(
  scope: Construct,
  { command, env, resources }: ExternalOperatorOptions,
  { image, server, nodePool }: Pick<ModelOperatorProps, 'image' | 'server' | 'nodePool'>,
): MlOperator {
  modelNetwork(scope, server);
  const { downloadSecret, image: serverImage, imagePullPolicy = 'IfNotPresent', registry } = server;
  const account = new ServiceAccount(scope, 'operator-account', {
    name: 'ml-operator',
    rules: accessRules(OPERATOR_CALLS),
    clusterRules: accessRules(OPERATOR_CLUSTER_CALLS),
    admission: [podAdmission({ secrets: downloadSecret ? [downloadSecret.name] : [], serviceAccounts: ['default'] })],
  });
  return new MlOperator(scope, 'operator', {
    image,
    command,
    imagePullPolicy,
    serviceAccountName: account.name,
    env: {
      MODEL_REGISTRY_URL: registry.url,
      INFERENCE_IMAGE: serverImage,
      INFERENCE_IMAGE_PULL_POLICY: imagePullPolicy,
      ...env,
    },
    uses: [mention(registry, 'the pods of the models ask it')],
    resources,
    nodePool,
  });
}
