import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import { nodePort } from '../../../lib/kube/network/exposure';
import { notes } from '../../../lib/kube/objects/notes';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { InferenceStack, type InferenceStackProps, inferenceNodePorts } from '../../../lib/stacks/inference/stack';
import { nodePool, resources } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { find, namesOf, objectOf, policiesOf, synth, synthError } from '../../support/synth';

function stack(props: InferenceStackProps = {}): InferenceStack {
  return new InferenceStack(new App({ outdir: 'never-written' }), 'inference', props);
}

/** What the requirement asks for: it admits four pods, and the autoscaler may ask for six. */
const REQUIRED_QUOTA: InferenceStackProps['quota'] = {
  requests: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
  limits: { cpu: Cpu.units(8), memory: Size.gibibytes(12) },
  pods: 10,
};

describe('InferenceStack', () => {
  test('writes the objects of the requirement, by their names', () => {
    expect(namesOf(synth(stack()))).toEqual([
      'Namespace inference',
      'LimitRange inference-defaults',
      'ConfigMap inference-config',
      'Deployment inference-deploy',
      'Service inference-svc',
      'HorizontalPodAutoscaler inference-hpa',
      'PodDisruptionBudget inference-pdb',
      'ResourceQuota inference-quota',
    ]);
    expect(policiesOf(synth(stack()))).toEqual(['default-deny', 'allow-dns', 'inference-deploy', 'debug']);
  });

  test('writes what the schemas of Kubernetes allow, with and without GPUs', () => {
    const pool = nodePool({ name: 'gpu', nodes: { min: 2 }, gpus: { count: 2, runtimeClassName: 'nvidia' } });
    const gpu = { gpu: { count: 1 }, nodePool: pool, replicas: 3, exposure: ingress({ host: 'embed.example.org' }) };
    const objects = [...synth(stack()), ...synth(stack(gpu))];
    expect(objects.flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  test('writes nothing empty, and no null', () => {
    const empty = (value: unknown): boolean =>
      value === null ||
      (typeof value === 'object' && (Object.keys(value).length === 0 || Object.values(value).some(empty)));
    // An empty podSelector is how a policy says: every pod.
    const objects = synth(stack()).filter(({ spec }) => Object.keys(spec?.podSelector ?? { a: 1 }).length > 0);
    expect(objects.filter(empty)).toEqual([]);
  });

  test('enforces the strictest Pod Security', () => {
    const { labels } = objectOf(stack(), 'Namespace').metadata;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  test('serves the embedding model with the numbers of the requirement', () => {
    const objects = synth(stack());
    const { spec } = find(objects, 'Deployment');
    const [server] = spec.template.spec.containers;
    expect(spec).not.toHaveProperty('replicas');
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(spec.template.metadata.labels.app).toBe('inference-service');
    expect(server).toMatchObject({
      image: 'photo-duplicate-inference:k8s-cpu',
      imagePullPolicy: 'Never',
      ports: [{ name: 'http', containerPort: 8002 }],
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '3Gi' } },
      readinessProbe: { initialDelaySeconds: 20, httpGet: { path: '/health', port: 'http' } },
      livenessProbe: { initialDelaySeconds: 60, httpGet: { path: '/health', port: 'http' } },
    });
    expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(find(objects, 'ConfigMap').data).toEqual({
      MODEL_NAME: 'ViT-B-32',
      MODEL_PRETRAINED: 'openai',
      HOST: '',
      PORT: '8002',
      LOG_LEVEL: 'info',
    });
    expect(find(objects, 'Service').spec.ports).toEqual([
      { name: 'http', port: 8002, targetPort: 'http', nodePort: 30092 },
    ]);
    expect(find(objects, 'PodDisruptionBudget').spec.minAvailable).toBe(1);
  });

  test('scales as the requirement says', () => {
    expect(objectOf(stack(), 'HorizontalPodAutoscaler').spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'inference-deploy' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 30, policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }] },
        scaleDown: { stabilizationWindowSeconds: 180, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    });
  });

  test('scales as the requirement says between other bounds, too', () => {
    const spec = (props?: InferenceStackProps) => objectOf(stack(props), 'HorizontalPodAutoscaler').spec;
    const { behavior, metrics } = spec();
    expect(spec({ replicas: { minReplicas: 1, maxReplicas: 2 } })).toMatchObject({
      minReplicas: 1,
      maxReplicas: 2,
      behavior,
      metrics,
    });
    const own = { scaleUp: { stabilizationWindow: Duration.seconds(1) } };
    expect(spec({ replicas: { minReplicas: 1, maxReplicas: 2, behavior: own } }).behavior).toEqual({
      scaleUp: { stabilizationWindowSeconds: 1 },
    });
  });

  test('takes HOST and PORT from one number, and other settings one by one', () => {
    const props = { port: 9000, config: { LOG_LEVEL: 'debug' } };
    expect(objectOf(stack(props), 'ConfigMap').data).toMatchObject({
      PORT: '9000',
      LOG_LEVEL: 'debug',
      MODEL_NAME: 'ViT-B-32',
    });
  });

  test('pulls an image that is not the one loaded into kind', () => {
    const image = 'ghcr.io/example/photo-duplicate-inference:1.0.0';
    expect(objectOf(stack({ image }), 'Deployment').spec.template.spec.containers[0].imagePullPolicy).toBe(
      'IfNotPresent',
    );
  });

  test('fails for a port that the server would not listen on', () => {
    expect(() => stack({ config: { PORT: '8000' } })).toThrow(
      "inference: 'config.PORT' must be the port of the service, 8002, got '8000'",
    );
  });
});

describe('the node port of the InferenceStack', () => {
  test('is mapped by kind from the number that the Service has', () => {
    const { nodePorts, node } = stack({ exposure: nodePort(30100), hostPort: 8100 });
    expect(nodePorts).toEqual([{ nodePort: 30100, hostPort: 8100 }]);
    expect(objectOf(node.root, 'Service').spec.ports[0].nodePort).toBe(30100);
  });

  test('is known without the stack, because no port can be added to a running kind cluster', () => {
    expect(inferenceNodePorts()).toEqual([{ nodePort: 30092, hostPort: 8092 }]);
    expect(stack().nodePorts).toEqual(inferenceNodePorts());
  });

  test('is not mapped where there is none', () => {
    expect(stack({ exposure: ingress({ host: 'embed.example.org' }) }).nodePorts).toEqual([]);
  });
});

describe('the quota of the InferenceStack', () => {
  test('keeps the requests and the pods of the requirement, and has room for a rollout and a debug pod', () => {
    expect(objectOf(stack(), 'ResourceQuota').spec.hard).toEqual({
      'requests.cpu': '4',
      'requests.memory': '8Gi',
      'limits.cpu': '14500m',
      'limits.memory': '22016Mi',
      pods: '10',
    });
    expect(notes(stack())).toEqual([]);
  });

  test.each([
    ['limits.cpu', { cpu: Cpu.millis(14_499), memory: Size.mebibytes(22_016) }],
    ['limits.memory', { cpu: Cpu.millis(14_500), memory: Size.mebibytes(22_015) }],
  ])('fails with the least bit less %s: it is the smallest that will do', (key, limits) => {
    const quota = { ...REQUIRED_QUOTA, limits, otherPods: [{ name: 'debug' }] };
    expect(synthError(stack({ quota }))).toContain(`beside Pod 'debug', got ${key}`);
  });

  test('fails with the numbers of the requirement, and says why and what would do', () => {
    expect(synthError(stack({ quota: REQUIRED_QUOTA }))).toBe(
      [
        'Validation failed with the following errors:',
        "  [inference/quota] 'hard' must admit 6 pods and 1 more for a rollout of Deployment 'inference-deploy', got " +
          'limits.cpu 8 (room for 4 of 2) and limits.memory 12Gi (room for 4 of 3Gi): its HPA can never reach 6, and ' +
          'a rollout at 4 replicas is stuck for ever, because the quota refuses a new pod while maxUnavailable 0 lets no ' +
          'old one go. The smallest quota that would do is limits.cpu 14 and limits.memory 21Gi, or with ' +
          'maxUnavailable 1 limits.cpu 12 and limits.memory 18Gi; under this quota at most 3 replicas would do',
      ].join('\n'),
    );
  });

  test('works as the error proposes', () => {
    const strategy = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(1) };
    const limits = { cpu: Cpu.units(12), memory: Size.gibibytes(18) };
    expect(() => synth(stack({ quota: { ...REQUIRED_QUOTA, limits }, strategy }))).not.toThrow();
    const replicas = { minReplicas: 2, maxReplicas: 3 };
    expect(() => synth(stack({ quota: REQUIRED_QUOTA, replicas }))).not.toThrow();
  });

  test('admits a Job that sets no resources, through the LimitRange', () => {
    expect(objectOf(stack(), 'LimitRange').spec.limits).toEqual([
      {
        type: 'Container',
        defaultRequest: { cpu: '100m', memory: '128Mi' },
        default: { cpu: '500m', memory: '512Mi' },
      },
    ]);
  });

  test('covers the GPUs of all replicas', () => {
    const pool = nodePool({ name: 'gpu', nodes: { min: 2 }, gpus: { count: 2 } });
    const hard = (replicas: number) =>
      objectOf(stack({ gpu: { count: 1 }, nodePool: pool, replicas }), 'ResourceQuota').spec.hard;
    expect(hard(1)).toMatchObject({ 'requests.nvidia.com/gpu': '2' });
    expect(hard(2)).toMatchObject({ 'requests.nvidia.com/gpu': '3' });
    expect(hard(4)).toMatchObject({ 'requests.nvidia.com/gpu': '4' });
  });
});

describe('two teams in one app', () => {
  test('serve their models in two namespaces with one construct each', () => {
    const app = new App({ outdir: 'never-written' });
    const vision = new Chart(app, 'vision', { namespace: 'vision' });
    const text = new Chart(app, 'text', { namespace: 'text' });
    const common = { user: { user: 1000 }, resources, replicas: 2 };
    const embedder = new InferenceService(vision, 'embedder', { ...common, name: 'embedder', image: 'a.example/e:1' });
    new InferenceService(text, 'embedder', {
      ...common,
      name: 'embedder',
      image: 'b.example/e:2',
      env: { VISION_URL: embedder.connection.url },
      health: { startupTimeout: Duration.minutes(20) },
    });
    const objects = synth(app);
    expect(objects.map(({ kind, metadata }) => `${metadata.namespace} ${kind}`)).toEqual([
      'vision Deployment',
      'vision Service',
      'vision PodDisruptionBudget',
      'text Deployment',
      'text Service',
      'text PodDisruptionBudget',
    ]);
    const [client] = objects[3]?.spec.template.spec.containers ?? [];
    expect(client.env).toEqual([{ name: 'VISION_URL', value: 'http://embedder-svc.vision.svc:8080' }]);
  });
});
