import { Duration, Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { httpRoute } from '../../../lib/components/edge/http-route';
import { ingress } from '../../../lib/components/edge/ingress';
import { InferenceService, type InferenceServiceProps } from '../../../lib/components/serving/inference-service';
import { nodePort } from '../../../lib/kube/exposure';
import { patch } from '../../../lib/kube/patch';
import { PodCount } from '../../../lib/kube/pod-count';
import { SecretRef } from '../../../lib/kube/secrets';
import { Volume } from '../../../lib/kube/volumes';
import { container, nodePool, resources } from '../../support/samples';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../../support/synth';

const minimal: InferenceServiceProps = {
  name: 'embedder',
  image: 'example.org/embedder:1.2.0',
  user: { user: 1000 },
  resources,
};
const autoscaled = { minReplicas: 2, maxReplicas: 6 };
const gpus = nodePool({ name: 'gpu', gpus: { count: 2, runtimeClassName: 'nvidia' } });
const many = nodePool({ name: 'many', nodes: { min: 0, max: 4 }, gpus: { count: 1 } });

function service(props: Partial<InferenceServiceProps> = {}): InferenceService {
  return new InferenceService(testChart(), 'embedder', { ...minimal, ...props });
}

const deploymentOf = (props?: Partial<InferenceServiceProps>) => objectOf(service(props), 'Deployment').spec;
const podOf = (props?: Partial<InferenceServiceProps>) => deploymentOf(props).template.spec;
const kindsOf = (props?: Partial<InferenceServiceProps>) =>
  synth(service(props)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('InferenceService', () => {
  test('is a Deployment and a Service, in a namespace that it does not create', () => {
    expect(kindsOf()).toEqual(['Deployment embedder-deploy', 'Service embedder-svc']);
  });

  test('says how neighbours reach it', () => {
    const { connection } = service({ port: 8002 });
    const host = 'embedder-svc.demo.svc';
    expect(connection).toEqual({ host, port: 8002, url: `http://${host}:8002` });
  });

  test('answers on one port, by one name, in container, probes and Service', () => {
    const target = service({ port: 8002, exposure: nodePort(30092) });
    const { ports, startupProbe } = objectOf(target, 'Deployment').spec.template.spec.containers[0];
    expect(ports).toEqual([{ name: 'http', containerPort: 8002 }]);
    expect(startupProbe.httpGet).toEqual({ path: '/health', port: 'http' });
    expect(objectOf(target, 'Service').spec).toMatchObject({
      type: 'NodePort',
      ports: [{ name: 'http', port: 8002, targetPort: 'http', nodePort: 30092 }],
    });
  });

  test('has everything that it can have, once it is asked for', () => {
    const kinds = kindsOf({
      config: { MODEL: 'small' },
      replicas: autoscaled,
      exposure: ingress({ host: 'embed.example.org' }),
    });
    expect(kinds.sort()).toEqual([
      'ConfigMap embedder-config',
      'Deployment embedder-deploy',
      'HorizontalPodAutoscaler embedder-hpa',
      'Ingress embedder-svc',
      'PodDisruptionBudget embedder-pdb',
      'Service embedder-svc',
    ]);
  });

  test('is reached through a Gateway as well', () => {
    const target = service({ exposure: httpRoute({ gateway: { name: 'public' } }) });
    expect(objectOf(target, 'HTTPRoute').spec.rules[0].backendRefs).toEqual([{ name: 'embedder-svc', port: 8080 }]);
    expect(objectOf(target, 'Service').spec.type).toBe('ClusterIP');
  });

  test('rolls its pods when its config changes', () => {
    const checksum = (model: string) =>
      deploymentOf({ config: { MODEL: model } }).template.metadata.annotations['checksum/config'];
    expect(checksum('small')).not.toBe(checksum('large'));
  });

  test('is what patch() changes the Deployment of', () => {
    const target = service();
    patch(target, { op: 'add', path: '/spec/template/spec/priorityClassName', value: 'high' });
    expect(objectOf(target, 'Deployment').spec.template.spec.priorityClassName).toBe('high');
  });

  test('can write where its root file system is read-only', () => {
    const { containers, volumes } = podOf({ modelCache: { path: '/cache', sizeLimit: Size.gibibytes(2) } });
    expect(containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
    expect(containers[0].volumeMounts).toEqual([
      { name: 'model-cache', mountPath: '/cache' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(volumes).toEqual([
      { name: 'model-cache', emptyDir: { sizeLimit: '2Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    ]);
  });

  test('takes every prop to its manifests', () => {
    const all: Required<InferenceServiceProps> = {
      name: 'embedder',
      image: 'example.org/embedder:1.2.0',
      imagePullPolicy: 'Always',
      command: ['serve'],
      args: ['--fast'],
      port: 8002,
      metricsPort: 9091,
      initContainers: [{ ...container, name: 'wait' }],
      user: { user: 1000 },
      resources,
      config: { MODEL: 'small' },
      env: { TOKEN: new SecretRef('tokens').key('hub') },
      envFrom: [{ secret: new SecretRef('s3') }],
      health: { path: '/ready' },
      modelCache: { path: '/cache', sizeLimit: Size.gibibytes(1) },
      mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
      replicas: autoscaled,
      strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(1) },
      disruptionBudget: { minAvailable: PodCount.absolute(1) },
      nodePool: many,
      gpu: { count: 1 },
      exposure: nodePort(30092),
      podLabels: { app: 'embedder' },
      podAnnotations: { 'example.org/owner': 'ml' },
      serviceAccountName: 'embedder',
      preStop: ['sleep', '5'],
      terminationGracePeriod: Duration.seconds(60),
    };
    const other: Required<InferenceServiceProps> = {
      name: 'other',
      image: 'example.org/embedder:1.3.0',
      imagePullPolicy: 'IfNotPresent',
      command: ['other'],
      args: [],
      port: 8003,
      metricsPort: 9092,
      initContainers: [],
      user: { user: 1001 },
      resources: { ...resources, limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) } },
      config: { MODEL: 'large' },
      env: { TOKEN: EnvValue.fromValue('none') },
      envFrom: [],
      health: {},
      modelCache: { path: '/cache', claimName: 'weights', accessMode: 'ReadOnlyMany' },
      mounts: [],
      replicas: 2,
      strategy: 'Recreate',
      disruptionBudget: { maxUnavailable: PodCount.absolute(1) },
      nodePool: nodePool({ name: 'more', nodes: { min: 6 }, labels: { gpu: 'a30' }, gpus: { count: 1 } }),
      gpu: { count: 2 },
      exposure: nodePort(30093),
      podLabels: {},
      podAnnotations: {},
      serviceAccountName: 'other',
      preStop: ['sleep', '10'],
      terminationGracePeriod: Duration.seconds(90),
    };
    const eightGpus = nodePool({ nodes: { min: 8 }, gpus: { count: 2 } });
    expectEachPropToMatter((props) => synth(service(props)), { ...all, nodePool: eightGpus }, other);
  });

  test.each([
    ['name', { name: '1st' }, /'name' must be a DNS label that starts with a letter/],
    ['port', { port: 80_000 }, /'port' must be a port from 1 to 65535, got 80000/],
    ['image', { image: 'embedder' }, /must be pinned by a tag other than 'latest'/],
    ['user', { user: { user: 0 } }, /'securityContext.user' must be a user id above 0, got 0/],
    ['node port', { exposure: nodePort(8092) }, /must be a node port from 30000 to 32767, got 8092/],
  ] satisfies [string, Partial<InferenceServiceProps>, RegExp][])('fails for a wrong %s', (_, props, message) => {
    expect(() => service(props)).toThrow(message);
  });
});

describe('the disruption budget of an InferenceService', () => {
  test('lets one pod go at a time where at least two are guaranteed', () => {
    const target = service({ replicas: autoscaled });
    expect(objectOf(target, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(service({ replicas: 2 }).disruptionBudget).toBeDefined();
  });

  test('is not written for one guaranteed pod, which it could only pin to its node', () => {
    expect(service({ replicas: { minReplicas: 1, maxReplicas: 9 } }).disruptionBudget).toBeUndefined();
  });

  test('fails where it would keep every drain waiting', () => {
    expect(() => service({ disruptionBudget: { minAvailable: PodCount.absolute(1) } })).toThrow(
      "demo/embedder/pdb: 'budget.minAvailable' must leave at least one of the 1 guaranteed replicas to evict",
    );
  });
});

describe('the rollout of an InferenceService', () => {
  test('adds a pod before it takes one away', () => {
    expect(deploymentOf().strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('is given the time that a start may take', () => {
    const { progressDeadlineSeconds, template } = deploymentOf({ health: { startupTimeout: Duration.minutes(20) } });
    const { periodSeconds, failureThreshold } = template.spec.containers[0].startupProbe;
    expect(periodSeconds * failureThreshold).toBe(1200);
    expect(progressDeadlineSeconds).toBe(1500);
  });
});

describe('an InferenceService with GPUs', () => {
  test('asks for them, and for the runtime and the nodes that have them', () => {
    const tainted = nodePool({
      name: 'gpu',
      labels: { gpu: 'a30' },
      taints: [
        { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
        { key: 'team', value: 'ml', effect: 'NoExecute' },
      ],
      gpus: { count: 2, runtimeClassName: 'nvidia' },
    });
    const pod = podOf({ gpu: { count: 1 }, nodePool: tainted });
    const { requests, limits } = pod.containers[0].resources;
    expect(requests['nvidia.com/gpu']).toBe('1');
    expect(limits['nvidia.com/gpu']).toBe('1');
    expect(pod).toMatchObject({
      runtimeClassName: 'nvidia',
      nodeSelector: { gpu: 'a30' },
      tolerations: [
        { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'team', operator: 'Equal', value: 'ml', effect: 'NoExecute' },
      ],
    });
  });

  test('names no RuntimeClass where the nodes need none', () => {
    expect(podOf({ gpu: { count: 1 }, nodePool: many })).not.toHaveProperty('runtimeClassName');
  });

  test('asks for a slice or a share where the pool offers those', () => {
    const slices = { mig: { gpu: 'A30-24GB', slices: { '1g.6gb': 4 } } } as const;
    const mig = nodePool({ name: 'mig', gpus: { count: 1, sharing: slices } });
    const shared = nodePool({ name: 'shared', gpus: { count: 1, sharing: { timeSlicing: { replicas: 4 } } } });
    const limitsOf = (props: Partial<InferenceServiceProps>) => podOf(props).containers[0].resources.limits;
    expect(limitsOf({ gpu: { mig: '1g.6gb' }, nodePool: mig })).toHaveProperty(['nvidia.com/mig-1g.6gb'], '1');
    expect(limitsOf({ gpu: { shared: true }, nodePool: shared })).toHaveProperty(['nvidia.com/gpu'], '1');
  });

  test('rolls out without a surge where every GPU is taken', () => {
    const strategyOf = (replicas: number, pool = gpus) =>
      deploymentOf({ gpu: { count: 1 }, nodePool: pool, replicas }).strategy;
    expect(strategyOf(1)).toMatchObject({ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    expect(strategyOf(2)).toMatchObject({ rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(strategyOf(1, nodePool({ gpus: { count: 1 } }))).toEqual({ type: 'Recreate' });
  });

  test('fails without a node pool', () => {
    expect(() => service({ gpu: { count: 1 } })).toThrow("'gpu' must be given with a 'nodePool' that has GPUs");
  });

  test('fails on a pool without GPUs, or with fewer on a node', () => {
    expect(() => service({ gpu: { count: 1 }, nodePool: nodePool() })).toThrow(
      "must be for a node pool with GPUs, got 'general'",
    );
    expect(() => service({ gpu: { count: 3 }, nodePool: gpus })).toThrow(
      "'gpu.count' must be at most 2, the 'nvidia.com/gpu' of a node of pool 'gpu', got 3",
    );
  });

  test('fails for more replicas than the pool has GPUs for', () => {
    expect(() => service({ gpu: { count: 1 }, nodePool: gpus, replicas: autoscaled })).toThrow(
      "'replicas' must be at most 2, the pods that node pool 'gpu' has 'nvidia.com/gpu' for, got 6",
    );
  });

  test('fails for a rollout that waits for a GPU which none of its own pods may free', () => {
    const strategy = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) };
    const stuck = { gpu: { count: 1 }, nodePool: gpus, replicas: 2, strategy };
    expect(() => service(stuck)).toThrow(/'strategy' must let a pod be unavailable: node pool 'gpu' has no/);
  });
});
