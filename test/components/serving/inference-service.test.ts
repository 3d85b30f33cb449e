import { Duration, Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { httpRoute } from '../../../lib/components/edge/http-route';
import { ingress } from '../../../lib/components/edge/ingress';
import type { InferenceServiceProps } from '../../../lib/components/serving/inference-service';
import { nodePort } from '../../../lib/kube/network/exposure';
import { patch } from '../../../lib/kube/objects/patch';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { Volume } from '../../../lib/kube/pods/volumes';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { container, nodePool, resources, uses } from '../../support/samples';
import { expectEachPropToMatter, objectOf, synth } from '../../support/synth';
import { autoscaled, deploymentOf, many, podOf, service } from './inference-service-samples';

const kindsOf = (props?: Partial<InferenceServiceProps>) =>
  synth(service(props)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('InferenceService', () => {
  test('is a Deployment and a Service, in a namespace that it does not create', () => {
    expect(kindsOf()).toEqual(['Deployment embedder-deploy', 'Service embedder-svc']);
  });

  test('has a connection for clients in the cluster', () => {
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
      deploymentName: 'embedder',
      serviceName: 'embedder',
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
      uses,
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
      deploymentName: 'other',
      serviceName: 'other',
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
      uses: [],
      nodePool: nodePool({ name: 'more', nodes: { min: 6 }, labels: { gpu: 'a30' }, gpus: { count: 1 } }),
      gpu: { count: 2 },
      exposure: nodePort(30093),
      podLabels: {},
      podAnnotations: {},
      serviceAccountName: 'other',
      preStop: Duration.seconds(10),
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
    ['metrics port', { port: 8080, metricsPort: 8080 }, /ports.metrics' must differ from that of 'http': .*, got 8080/],
    ['time to start', { health: { startupTimeout: Duration.millis(2500) } }, /'health.startupTimeout' must be a whole/],
    ['node port', { exposure: nodePort(8092) }, /must be a node port from 30000 to 32767, got 8092/],
  ] satisfies [string, Partial<InferenceServiceProps>, RegExp][])('fails for a wrong %s', (_, props, message) => {
    expect(() => service(props)).toThrow(message);
  });
});
