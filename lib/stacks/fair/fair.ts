import type { App, Size } from 'cdk8s';
import { LOCAL_ACCESS_KEY } from '../../components/data/store-secrets';
import { type NodePool, requireDeclaredPool } from '../../kube/nodes/node-pools';
import { given } from '../../kube/objects/given';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { type ForwardedPort, localUrl } from '../../platform/reports/ports';
import type { ConfiguredStack, StackContext, StackEntry } from '../../platform/stack-definition';
import { charts as versions } from '../../versions';
import { MLFLOW_SERVICE } from './charts/mlflow';
import { STAC_SERVICE } from './charts/stac';
import { ZENML_SERVICE } from './charts/zenml';
import { fairDay, fairEnv } from './day';
import { DEFAULT_LABEL_DOMAIN } from './label-domain';
import { PipelineStack } from './pipelines';
import { FAIR_PROPS, type FairCharts, FairStack, type FairStackProps } from './stack';
import { kubernetesStack } from './zenml/kubernetes-stack';
import { localStack } from './zenml/local-stack';
import type { ContainerRegistry } from './zenml/stack';

/** The stack `fair`, the helm charts beside it, and its pipelines. */
export interface FairConfig extends Omit<FairStackProps, 'credentials' | 'pipelineAccount'>, StackEntry<FairStack> {
  /** Where its Secrets come from. @default - that of the environment */
  readonly credentials?: FairStackProps['credentials'];
  /** Where pipelines run. @default - no ZenML stacks are written */
  readonly pipelines?: FairPipelines;
  /** Ports of the machine that its Services are forwarded to, where they are others. @default LOCAL_PORTS */
  readonly localPorts?: Partial<Record<keyof typeof LOCAL_PORTS, number>>;
}

/** Where the pipelines of fAIr run. */
export interface FairPipelines {
  /** Name of the ZenML stack whose steps run in the cluster. @default 'k8s' */
  readonly name?: string;
  /** Namespace of their own, with accounts and a Secret of its own. @default - that of the stack */
  readonly namespace?: string;
  /** Context of kubeconfig, on the machine that starts pipelines. @default - that of the environment */
  readonly context?: string;
  /** The pools of their pods. */
  readonly pools: readonly [NodePool, ...NodePool[]];
  /** Labels that all their pods select, beside those that a step selects by itself. @default - none */
  readonly selector?: Labels;
  /** Domain of the labels that steps select by themselves. @default DEFAULT_LABEL_DOMAIN */
  readonly labelDomain?: string;
  /** The pool of the pods that start steps. @default - any of `pools` */
  readonly orchestratorPool?: NodePool;
  /** Size of `/dev/shm` in the pods of steps; it counts as their memory. @default Size.gibibytes(1) */
  readonly sharedMemory?: Size;
  /** Where their images are. */
  readonly registry: ContainerRegistry;
  /** Name of the secret on the ZenML server that MLflow is opened with. @default - MLflow is unauthenticated */
  readonly mlflowLoginSecret?: string;
}

/** Ports of the user's machine; 9000 is the API of the object store, 9001 its console. */
export const LOCAL_PORTS = {
  zenml: 8080,
  stac: 8082,
  minio: 9000,
  console: 9001,
  mlflow: 5000,
  postgres: 5432,
} as const;

/** fAIr: the stack, the helm charts beside it, and the ZenML stacks of its pipelines. */
export function fair(config: FairConfig = {}): ConfiguredStack<FairConfig> {
  requireKnownProps('fair()', config, `${FAIR_PROPS} customize?:function pipelines?:object localPorts?:object`);
  return {
    config,
    createsAutoscalers: config.charts?.stac?.autoscaling !== undefined,
    build(app, id, context) {
      const { pipelines, customize, localPorts, ...props } = config;
      const pipelinesWords =
        'name? namespace? context? pools:NodePool[] selector?:string{} labelDomain? orchestratorPool?:NodePool registry:object mlflowLoginSecret? sharedMemory?:Size';
      requireKnownProps(id, pipelines, pipelinesWords, 'pipelines');
      const registryWords = 'uri flavor?:default|github|dockerhub|gcp|azure';
      requireKnownProps(id, pipelines?.registry, registryWords, 'pipelines.registry');
      const localPortsWords =
        'zenml?:number stac?:number minio?:number console?:number mlflow?:number postgres?:number';
      requireKnownProps(id, localPorts, localPortsWords, 'localPorts');
      const { credentials = context.credentials } = props;
      const pipelineAccount = pipelines?.namespace === undefined;
      const stack = new FairStack(app, id, { ...props, credentials, pipelineAccount });
      const ports = { ...LOCAL_PORTS, ...given(localPorts) };
      const documents = pipelines && zenmlStacks(app, stack, pipelines, { ...props, credentials, ports }, context);
      customize?.(stack);
      const forwarded = forwardedPorts(stack, props.charts ?? {}, ports);
      const day = fairDay(stack, forwarded, documents ?? {}, { charts: props.charts, pipelines, local: context.local });
      return {
        releases: stack.releases,
        ports: forwarded,
        documents: { ...documents, ...(context.local && { 'fair.env': fairEnv(day.env) }) },
        day,
      };
    },
  };
}

type LocalPorts = Readonly<Record<keyof typeof LOCAL_PORTS, number>>;

function forwardedPorts(
  { node: { id }, namespace, minio, postgres }: FairStack,
  { stac, mlflow, zenml }: FairCharts,
  local: LocalPorts,
): ForwardedPort[] {
  // The only fAIr of most environments needs no prefix.
  const prefix = id === 'fair' ? '' : `${id}-`;
  const port = (name: keyof LocalPorts, service: string | undefined, port: number, url?: string) =>
    service === undefined ? [] : [{ name: `${prefix}${name}`, local: local[name], namespace, service, port, url }];
  return [
    ...port('zenml', zenml && ZENML_SERVICE.name, ZENML_SERVICE.port),
    ...port('stac', stac && STAC_SERVICE.name, STAC_SERVICE.port),
    ...port('minio', minio?.service.name, 9000),
    ...port('console', minio?.console.name, 9001),
    ...port('mlflow', mlflow && MLFLOW_SERVICE.name, MLFLOW_SERVICE.port),
    ...port('postgres', postgres?.service.name, 5432, `postgresql://localhost:${local.postgres}`),
  ];
}

/** The ZenML stacks: one runs steps in the cluster; on a local environment, another runs them on the machine itself. */
function zenmlStacks(
  app: App,
  stack: FairStack,
  pipelines: FairPipelines,
  { network, credentials, charts = {}, ports }: FairStackProps & { readonly ports: LocalPorts },
  { environment, local, kubeContext }: StackContext,
): Record<string, unknown> {
  const { namespace, context = kubeContext, mlflowLoginSecret: loginSecret, ...others } = pipelines;
  for (const pool of pipelines.pools) requireDeclaredPool(stack, 'pipelines.pools', pool);
  const { orchestratorPool } = pipelines;
  if (orchestratorPool !== undefined) requireDeclaredPool(stack, 'pipelines.orchestratorPool', orchestratorPool);
  const { artifacts } = stack.zenml;
  const { version } = charts.zenml?.chart ?? versions.zenml;
  const accounts =
    namespace === undefined ? ownAccount(stack) : separateAccounts(app, stack, namespace, network, credentials);
  const documents: Record<string, unknown> = {};
  if (local) {
    documents['zenml/local.yaml'] = localStack({
      name: environment,
      version,
      bucket: artifacts,
      objectStoreUrl: localUrl({ local: ports.minio }),
      accessKey: LOCAL_ACCESS_KEY,
      tracker: { url: localUrl({ local: ports.mlflow }) },
    });
  }
  const { zenml: server, mlflow: tracker } = stack.services;
  if (context !== undefined) {
    documents['zenml/k8s.yaml'] = kubernetesStack({
      name: 'k8s',
      labelDomain: DEFAULT_LABEL_DOMAIN,
      ...given(others),
      ...accounts,
      context,
      version,
      server,
      artifacts,
      tracker: { ...tracker, loginSecret },
    });
  }
  return documents;
}

/** The namespace of the stack, and its one account for all pods. */
function ownAccount({ namespace, pipelines }: FairStack) {
  if (pipelines === undefined) throw new Error('a stack without a namespace of its pipelines has their account');
  return { namespace, serviceAccountName: pipelines.name };
}

/** The accounts of a namespace of their own, which is a chart of its own. */
function separateAccounts(
  app: App,
  { node: { id }, namespace: artifactsNamespace, zenml: { artifacts }, pipelineServers: servers }: FairStack,
  namespace: string,
  network: FairStackProps['network'],
  credentials: FairStackProps['credentials'],
) {
  // The only fAIr of most environments.
  const name = id === 'fair' ? 'pipelines' : `${id}-pipelines`;
  const { orchestrator, steps } = new PipelineStack(app, name, {
    namespace,
    network,
    artifacts,
    artifactsNamespace,
    servers,
    credentials,
  });
  return { namespace, serviceAccountName: orchestrator.name, stepServiceAccountName: steps.name };
}
