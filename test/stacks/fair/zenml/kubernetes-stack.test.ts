import { describe, expect, test } from 'vitest';
import type { NodeGpus, Taint } from '../../../../lib/kube/nodes/node-pools';
import type { Labels } from '../../../../lib/kube/objects/labels';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import { type KubernetesStackProps, kubernetesStack } from '../../../../lib/stacks/fair/zenml/kubernetes-stack';
import type { KubernetesOrchestrator } from '../../../../lib/stacks/fair/zenml/stack';
import { nodePool } from '../../../support/samples';

const domain = 'example.org';
const ml = { [`${domain}/workload`]: 'ml' };
const taintOf = (workload: string): Taint => ({ key: `${domain}/${workload}`, value: 'true', effect: 'NoSchedule' });
const gpuTaint: Taint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };

function pool(workload: string, taints: readonly Taint[] = [taintOf(workload)], gpus?: NodeGpus) {
  const labels: Labels = { ...ml, [`${domain}/${workload}`]: 'true' };
  return nodePool({ name: `${workload}${gpus ? '-gpu' : ''}`, labels, taints, gpus });
}

const s3 = new SecretRef('s3-credentials');
const http = (host: string, port: number) => ({ host, port, url: `http://${host}:${port}` });
const props: KubernetesStackProps = {
  name: 'k8s',
  version: '0.93.3',
  context: 'kind-local',
  namespace: 'fair',
  serviceAccountName: 'pipelines',
  pools: [pool('inference'), pool('training')],
  selector: ml,
  labelDomain: domain,
  server: http('zenml.fair.svc', 80),
  artifacts: {
    bucket: 'zenml',
    endpoint: 'http://minio.fair.svc:9000',
    credentials: { accessKeyId: s3.key('id'), secretAccessKey: s3.key('key') },
  },
  tracker: http('mlflow.fair.svc', 80),
  registry: { uri: 'ghcr.io/hotosm' },
};

/** The configuration of the orchestrator. */
function orchestrator(change: Partial<KubernetesStackProps> = {}): KubernetesOrchestrator {
  const { configuration } = kubernetesStack({ ...props, ...change }).components.orchestrator;
  if (!('pod_settings' in configuration)) throw new Error('not a Kubernetes orchestrator');
  return configuration;
}

const secretVariable = (name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: 's3-credentials', key } },
});

describe('kubernetesStack', () => {
  test('is a stack of the version of ZenML that runs', () => {
    const { components, ...rest } = kubernetesStack(props);
    expect(rest).toEqual({ zenml_version: '0.93.3', stack_name: 'k8s' });
    expect({ ...components, orchestrator: undefined }).toEqual({
      orchestrator: undefined,
      artifact_store: { name: 'k8s_artifacts', flavor: 's3', configuration: { path: 's3://zenml' } },
      container_registry: { name: 'k8s_registry', flavor: 'default', configuration: { uri: 'ghcr.io/hotosm' } },
      experiment_tracker: {
        name: 'k8s_tracker',
        flavor: 'mlflow',
        configuration: {
          tracking_uri: 'http://mlflow.fair.svc:80',
          tracking_username: 'anonymous',
          tracking_password: 'anonymous',
        },
      },
    });
  });

  test('runs the pods of the orchestrator and of the steps alike but for a label and shared memory, on the nodes of every pool', () => {
    const pod = (role: string) => ({
      labels: { 'app.kubernetes.io/name': 'zenml-pipeline', 'app.kubernetes.io/component': role },
      annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
      node_selectors: ml,
      tolerations: [
        { key: `${domain}/inference`, operator: 'Equal', value: 'true', effect: 'NoSchedule' },
        { key: `${domain}/training`, operator: 'Equal', value: 'true', effect: 'NoSchedule' },
      ],
      env: [
        { name: 'ZENML_STORE_URL', value: 'http://zenml.fair.svc:80' },
        { name: 'AWS_ENDPOINT_URL', value: 'http://minio.fair.svc:9000' },
        secretVariable('AWS_ACCESS_KEY_ID', 'id'),
        secretVariable('AWS_SECRET_ACCESS_KEY', 'key'),
      ],
      container_security_context: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(kubernetesStack(props).components.orchestrator).toEqual({
      name: 'k8s_orchestrator',
      flavor: 'kubernetes',
      configuration: {
        kubernetes_context: 'kind-local',
        kubernetes_namespace: 'fair',
        service_account_name: 'pipelines',
        step_pod_service_account_name: 'pipelines',
        pod_settings: { ...pod('step'), volumes: expect.anything(), volume_mounts: expect.anything() },
        orchestrator_pod_settings: pod('orchestrator'),
      },
    });
  });

  test('gives steps an account of their own', () => {
    expect(orchestrator({ stepServiceAccountName: 'steps' })).toMatchObject({
      service_account_name: 'pipelines',
      step_pod_service_account_name: 'steps',
    });
  });

  test('tolerates a taint of two pools once, and says nothing of taints or selectors that there are not', () => {
    const spot: Taint = { key: 'spot', effect: 'PreferNoSchedule' };
    const shared = [pool('inference', [spot]), pool('training', [spot])] as const;
    expect(orchestrator({ pools: shared, labelDomain: undefined }).pod_settings.tolerations).toHaveLength(1);
    const bare = orchestrator({ pools: [nodePool()], selector: undefined, labelDomain: undefined }).pod_settings;
    expect(Object.keys(bare).slice(0, 4)).toEqual(['labels', 'annotations', 'env', 'container_security_context']);
  });

  test('leaves the access to a bucket of AWS to the accounts of the pods', () => {
    const artifacts = { bucket: 'artifacts', region: 'us-east-1' };
    expect(orchestrator({ artifacts }).pod_settings.env).toEqual([
      { name: 'ZENML_STORE_URL', value: 'http://zenml.fair.svc:80' },
    ]);
    expect(kubernetesStack({ ...props, artifacts }).components.artifact_store.configuration).toEqual({
      path: 's3://artifacts',
      client_kwargs: { region_name: 'us-east-1' },
    });
  });

  test('meets restricted where the user of the images is known', () => {
    expect(orchestrator({ podUser: 1000 }).pod_settings.container_security_context).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('refers to a secret of ZenML where MLflow asks for a login', () => {
    const { components } = kubernetesStack({
      ...props,
      tracker: { url: 'http://mlflow.fair.svc:80', loginSecret: 'mlflow' },
      registry: { uri: 'ghcr.io/hotosm', flavor: 'github' },
    });
    expect(components.experiment_tracker.configuration.tracking_password).toBe('{{mlflow.password}}');
    expect(components.container_registry?.flavor).toBe('github');
  });

  test('takes pools with GPUs beside those without', () => {
    const pools = [
      pool('inference'),
      pool('training'),
      pool('training', [taintOf('training'), gpuTaint, { key: 'spot', effect: 'PreferNoSchedule' }], { count: 1 }),
    ] as const;
    // A step that wants a GPU tolerates its taint by itself: no other shall be where one is.
    const { tolerations } = orchestrator({ pools }).pod_settings;
    expect(tolerations?.map(({ key }) => key)).toEqual([`${domain}/inference`, `${domain}/training`, 'spot']);
  });

  test('puts the pods that start steps on a pool of their own, with its taints', () => {
    const taint = { key: 'infra', value: 'true', effect: 'NoSchedule' } as const;
    const orchestratorPool = nodePool({ name: 'infra', labels: { role: 'infra' }, taints: [taint] });
    const { orchestrator_pod_settings: starting, pod_settings: step } = orchestrator({ orchestratorPool });
    expect(starting.node_selectors).toEqual({ role: 'infra' });
    expect(starting.tolerations?.map(({ key }) => key)).toEqual(['infra']);
    expect(step.node_selectors).toEqual(ml);
  });

  test('is of the version that the server has', () => {
    expect(kubernetesStack({ ...props, version: '0.94.2' }).zenml_version).toBe('0.94.2');
  });

  test('takes one pool with every label and no taints', () => {
    const labels = { ...ml, [`${domain}/training`]: 'true', [`${domain}/inference`]: 'true' };
    expect(orchestrator({ pools: [nodePool({ labels })] }).pod_settings.node_selectors).toEqual(ml);
  });

  test('fails for a selector that a pool does not have, which steps would select beside their own', () => {
    const pools = [pool('inference'), nodePool({ name: 'train', labels: { [`${domain}/training`]: 'true' } })] as const;
    expect(() => orchestrator({ pools })).toThrow(
      `ZenML stack 'k8s': 'selector' must be labels of every pool that pipelines run on, and 'train' lacks some, got {"${domain}/workload":"ml"}`,
    );
  });

  test.each<[string, KubernetesStackProps['pools']]>([
    ['no pool has the label that training steps select', [pool('inference')]],
    [
      'the only pool for training has a taint that its steps do not tolerate',
      [pool('inference'), pool('training', [{ key: `${domain}/workload`, value: 'ml', effect: 'NoSchedule' }])],
    ],
    [
      'the only pool for training is for GPUs',
      [pool('inference'), pool('training', [taintOf('training'), gpuTaint], { count: 1 })],
    ],
    [
      'the taint of training has another value',
      [pool('inference'), pool('training', [{ ...taintOf('training'), value: 'yes' }])],
    ],
    [
      'the taint of training evicts',
      [pool('inference'), pool('training', [{ ...taintOf('training'), effect: 'NoExecute' }])],
    ],
  ])('fails where %s', (_, pools) => {
    expect(() => orchestrator({ pools })).toThrow(
      `'pools' must have one for training without a GPU (label ${domain}/training=true, no taint but ${domain}/training=true:NoSchedule), got ${JSON.stringify(pools.map(({ name }) => name))}`,
    );
  });

  test('fails where no step with a GPU tolerates all taints of the pool with GPUs', () => {
    const gpus = pool('training', [taintOf('training'), gpuTaint, { key: 'spot', effect: 'NoSchedule' }], { count: 1 });
    expect(() => orchestrator({ pools: [pool('inference'), pool('training'), gpus] })).toThrow(
      `'pools' must have one for training with a GPU (no taints but ${domain}/training=true:NoSchedule and nvidia.com/gpu:NoSchedule), got ["training-gpu"]`,
    );
  });

  test.each<[string, Partial<KubernetesStackProps>, string]>([
    ['a name that is none', { name: 'K8s' }, "ZenML stack 'K8s': 'name' must be a DNS label"],
    ['a namespace that is none', { namespace: 'fair_prod' }, "'namespace' must be a DNS label"],
    [
      'a context of two lines',
      { context: 'a\nb' },
      "ZenML stack 'k8s': 'context' must be one line without control characters, got 'a\nb'",
    ],
    ['a context without a name', { context: '' }, "'context' must be one line without control characters, got ''"],
    ['an account that is none', { serviceAccountName: '' }, "'serviceAccountName' must be a DNS name"],
    ['an account of steps that is none', { stepServiceAccountName: 'a b' }, "'stepServiceAccountName' must be a DNS"],
    ['a registry with a scheme', { registry: { uri: 'https://ghcr.io' } }, "'registry.uri' must be a registry that"],
    ['a registry of localhost', { registry: { uri: 'localhost:5000' } }, "'registry.uri' must be a registry that"],
    ['root as the user', { podUser: 0 }, "'podUser' must be a user id above 0, got 0"],
  ])('fails for %s', (_, change, message) => {
    expect(() => kubernetesStack({ ...props, ...change })).toThrow(message);
  });
});
