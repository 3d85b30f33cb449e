import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { type PodProps, podTemplate } from '../../../lib/kube/pods/pod-template';
import { Volume } from '../../../lib/kube/pods/volumes';
import { container, identity, nodePool, pod, uses } from '../../support/samples';
import { expectEachPropToMatter, testChart } from '../../support/synth';

const pool = nodePool({ taints: [{ key: 'example.org/gpu', value: 'true', effect: 'NoSchedule' }] });
const otherPool = nodePool({ name: 'other', labels: { 'example.org/role': 'other' } });

const all: Required<PodProps> = {
  containers: [container],
  initContainers: [{ ...container, name: 'wait' }],
  securityContext: { user: 999, group: 50 },
  nodePool: pool,
  uses,
  serviceAccountName: 'operator',
  automountServiceAccountToken: true,
  terminationGracePeriod: Duration.minutes(1),
  podLabels: { app: 'inference-service' },
  podAnnotations: { 'prometheus.io/scrape': 'true' },
  priorityClassName: 'high',
  runtimeClassName: 'nvidia',
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
};

describe('a pod with minimal props', () => {
  it('is restricted, without a token and without service links', () => {
    const { metadata, spec } = written(pod);
    expect(metadata).toEqual({
      labels: {
        'app.kubernetes.io/name': 'server',
        'app.kubernetes.io/instance': 'api',
        'app.kubernetes.io/component': 'web',
        'app.kubernetes.io/part-of': 'demo',
        'app.kubernetes.io/managed-by': 'cdk8s',
        'app.kubernetes.io/version': '1.2.3',
      },
    });
    const { containers, ...rest } = spec;
    expect(containers).toHaveLength(1);
    expect(rest).toEqual({
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
  });
});

describe('a pod with all props', () => {
  it('has each of them', () => {
    const { metadata, spec } = written(all);
    expect(metadata.labels.app).toBe('inference-service');
    expect(metadata.annotations).toEqual({ 'prometheus.io/scrape': 'true' });
    expect(spec).toMatchObject({
      automountServiceAccountToken: true,
      serviceAccountName: 'operator',
      securityContext: { runAsUser: 999, runAsGroup: 50, fsGroup: 50 },
      nodeSelector: { 'example.org/role': 'general' },
      tolerations: [{ key: 'example.org/gpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
      priorityClassName: 'high',
      runtimeClassName: 'nvidia',
      terminationGracePeriodSeconds: 60,
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
      initContainers: [{ name: 'wait' }],
      containers: [{ name: 'main' }],
    });
  });

  it('changes with each of them', () => {
    expectEachPropToMatter<PodProps>((props) => podTemplate(testChart(), identity, props), all, {
      containers: [{ ...container, args: ['other'] }],
      initContainers: [],
      securityContext: { user: 1 },
      nodePool: otherPool,
      uses: [],
      serviceAccountName: 'other',
      automountServiceAccountToken: false,
      terminationGracePeriod: Duration.minutes(2),
      podLabels: {},
      podAnnotations: {},
      priorityClassName: 'low',
      runtimeClassName: 'other',
      topologySpreadConstraints: [],
    });
  });
});

describe('the placement of a pod', () => {
  it('tolerates every taint of its pool, with or without a value', () => {
    const taints = [
      { key: 'a', effect: 'NoSchedule' },
      { key: 'b', value: 'c', effect: 'NoExecute' },
    ] as const;
    expect(written({ ...pod, nodePool: nodePool({ taints }) }).spec.tolerations).toEqual([
      { key: 'a', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'b', operator: 'Equal', value: 'c', effect: 'NoExecute' },
    ]);
  });

  it('writes nothing for a pool without taints and labels', () => {
    const { spec } = written({ ...pod, nodePool: nodePool({ labels: {} }) });
    expect(spec).not.toHaveProperty('tolerations');
    expect(spec).not.toHaveProperty('nodeSelector');
  });

  it('fails on a pool that is not declared', () => {
    const chart = testChart({ nodePools: [pool] });
    expect(() => podTemplate(chart, identity, { ...pod, nodePool: otherPool })).toThrow(
      "demo: 'nodePool' must be one of 'general' (the node pools of this environment), got 'other'",
    );
  });
});

describe('the images of a pod', () => {
  it('are pulled with the Secrets of the environment', () => {
    const chart = testChart({ images: { registry: 'registry.example.org', pullSecrets: ['pull', 'mirror'] } });
    const { spec } = podTemplate(chart, identity, { ...pod, initContainers: [{ ...container, name: 'wait' }] });
    expect(spec?.imagePullSecrets).toEqual([{ name: 'pull' }, { name: 'mirror' }]);
    expect(spec?.containers[0]?.image).toBe('registry.example.org/server:1.2.3');
    expect(spec?.initContainers?.[0]?.image).toBe('registry.example.org/server:1.2.3');
  });
});

describe('the volumes of a pod', () => {
  it('are those that its containers mount, each once', () => {
    const tmp = Volume.scratch('tmp');
    const mounts = [{ volume: tmp, path: '/tmp' }];
    const props: PodProps = {
      ...pod,
      initContainers: [{ ...container, name: 'wait', mounts }],
      containers: [{ ...container, mounts: [...mounts, { volume: Volume.claimTemplate('data'), path: '/data' }] }],
    };
    expect(written(props, ['data']).spec.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }]);
  });

  it('fails for two of one name', () => {
    const mounts = [
      { volume: Volume.scratch('tmp'), path: '/tmp' },
      { volume: Volume.scratch('tmp'), path: '/var/tmp' },
    ];
    expect(() => written({ ...pod, containers: [{ ...container, mounts }] })).toThrow(
      "demo: 'mounts' must have one volume a name, got 'tmp'",
    );
  });
});

describe('a pod at synth', () => {
  it.each<[string, Partial<PodProps>, string]>([
    ['the root user', { securityContext: { user: 0 } }, "'securityContext.user' must be a user id above 0, got 0"],
    [
      'a pod label that selects',
      { podLabels: { 'app.kubernetes.io/name': 'x' } },
      "'podLabels' must leave the labels of the selector alone, got 'app.kubernetes.io/name'",
    ],
    [
      'a pod label that is none',
      { podLabels: { app: 'a b' } },
      "'podLabels.app' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'a b'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => written({ ...pod, ...props })).toThrow(`demo: ${message}`);
  });
});

/** A pod template as it is written. */
function written(props: PodProps, claims?: readonly string[]) {
  const template = podTemplate(testChart(), identity, props, claims);
  const { metadata, spec } = k8s.KubePod.manifest({ metadata: template.metadata, spec: template.spec });
  return JSON.parse(JSON.stringify({ metadata, spec }));
}
