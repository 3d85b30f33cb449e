import { requireProp } from '../../kube/objects/errors';
import { patch } from '../../kube/objects/patch';
import { PodCount } from '../../kube/pods/pod-count';
import type { ChartField, ChartFieldForm, ChartRule, ChartValue } from '../../platform/helm-chart/chart-value';
import type { InferenceStack, InferenceStackProps } from './stack';

/** The tag is the label `app.kubernetes.io/version`, too. */
const TAG = { pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$', not: { const: 'latest' } };
const TEXTS = { additionalProperties: { type: 'string' } };
const CONTAINER = '/spec/template/spec/containers/0';

/**
 * What users of a helm chart of the stack can set. The stack has an autoscaler, a node port, and `minAvailable`.
 * @param other - makes the stack with some of its properties changed
 */
export function inferenceChartValues(
  stack: InferenceStack,
  other: (changes: InferenceStackProps) => InferenceStack,
): readonly ChartValue[] {
  const allowed = 'be an InferenceStack';
  requireProp(stack?.service?.deployment !== undefined, 'inferenceChartValues()', 'stack', allowed, stack);
  requireProp(typeof other === 'function', 'inferenceChartValues()', 'other', 'be a function', other);
  const { service, quota } = stack;
  const { deployment, autoscaler, disruptionBudget, config } = service;
  const set = (field: string, as?: ChartFieldForm): ChartField => ({ object: deployment, field, as });
  const onPod = (field: string, as: ChartFieldForm = 'optional') => set(`/spec/template/spec/${field}`, as);
  const scaler = (field: string) => (autoscaler === undefined ? [] : [{ object: autoscaler, field: `/spec/${field}` }]);
  const amounts = (kind: string, description: string, sets: (resource: string) => readonly ChartField[]) =>
    ['cpu', 'memory'].map(
      (resource): ChartValue => ({
        path: `${kind}.${resource}`,
        description,
        type: 'quantity',
        sets: sets(resource),
      }),
    );
  const ofPod = (kind: string) =>
    amounts(`resources.${kind}`, `${kind} of a pod`, (resource) => [set(`${CONTAINER}/resources/${kind}/${resource}`)]);
  const ofNamespace = (kind: string) =>
    amounts(`quota.${kind}`, `${kind} of all pods of the namespace`, (resource) => [
      { object: quota, field: `/spec/hard/${kind}.${resource}` },
    ]);
  const fixed = other({ replicas: 2, disruptionBudget: { minAvailable: PodCount.absolute(1) } });
  const inside = other({});
  const { service: closed } = inside.service;
  patch(
    closed,
    { op: 'remove', path: '/spec/ports/0/nodePort' },
    { op: 'replace', path: '/spec/type', value: 'ClusterIP' },
  );
  // Whoever reaches the node.
  patch(inside.node.findChild(`network-${deployment.name}`), { op: 'remove', path: '/spec/ingress/1' });
  return [
    {
      path: 'image.repository',
      description: 'image of the server, without its tag; with its registry, where nodes pull it',
      sets: [set(`${CONTAINER}/image`, 'imageRepository')],
    },
    {
      path: 'image.tag',
      description: 'tag of the image',
      schema: TAG,
      sets: [
        set(`${CONTAINER}/image`, 'imageTag'),
        set('/metadata/labels/app.kubernetes.io~1version'),
        set('/spec/template/metadata/labels/app.kubernetes.io~1version'),
      ],
    },
    {
      path: 'image.pullPolicy',
      description: '`Never` uses an image that was loaded into the nodes, `IfNotPresent` pulls it',
      schema: { enum: ['Always', 'IfNotPresent', 'Never'] },
      sets: [set(`${CONTAINER}/imagePullPolicy`)],
    },
    {
      path: 'config',
      description: 'environment variables of the server; another value rolls the pods',
      schema: { ...TEXTS, properties: { PORT: { const: config?.data.PORT } } },
      sets: config === undefined ? [] : [{ object: config, field: '/data' }],
    },
    {
      path: 'autoscaling.enabled',
      description: 'whether an autoscaler decides on the number of pods',
      variant: { with: stack, without: fixed },
    },
    { path: 'autoscaling.minReplicas', description: 'fewest pods', schema: POSITIVE, sets: scaler('minReplicas') },
    { path: 'autoscaling.maxReplicas', description: 'most pods', schema: POSITIVE, sets: scaler('maxReplicas') },
    {
      path: 'autoscaling.averageUtilization',
      description: 'percent of the CPU requests that the autoscaler aims at',
      schema: POSITIVE,
      sets: scaler('metrics/0/resource/target/averageUtilization'),
    },
    {
      path: 'replicas',
      description: 'number of pods where autoscaling.enabled is false',
      type: 'integer',
      sets: [set('/spec/replicas', 'optional')],
    },
    {
      path: 'rollout.maxSurge',
      description: 'pods that a rollout adds',
      sets: [set('/spec/strategy/rollingUpdate/maxSurge')],
    },
    {
      path: 'rollout.maxUnavailable',
      description: 'pods that a rollout may take away before others are ready',
      sets: [set('/spec/strategy/rollingUpdate/maxUnavailable')],
    },
    {
      path: 'disruptionBudget.minAvailable',
      description: 'pods that stay while nodes are drained',
      sets: disruptionBudget === undefined ? [] : [{ object: disruptionBudget, field: '/spec/minAvailable' }],
    },
    ...['requests', 'limits'].flatMap(ofPod),
    ...['requests', 'limits'].flatMap(ofNamespace),
    {
      path: 'quota.pods',
      description: 'pods of the namespace',
      type: 'quantity',
      sets: [{ object: quota, field: '/spec/hard/pods' }],
    },
    {
      path: 'quota.gpus',
      description: 'GPUs of all pods of the namespace',
      type: 'quantity',
      schema: { pattern: '^[0-9]+$', minimum: 0 },
      sets: [{ object: quota, field: '/spec/hard/requests.nvidia.com~1gpu', as: 'optional' }],
    },
    {
      path: 'gpus',
      description: 'GPUs of a pod',
      type: 'quantity',
      schema: { pattern: '^[1-9][0-9]*$', minimum: 1 },
      sets: ['requests', 'limits'].map((kind) => set(`${CONTAINER}/resources/${kind}/nvidia.com~1gpu`, 'optional')),
    },
    {
      path: 'runtimeClassName',
      description: 'RuntimeClass of the pods, where GPUs need one',
      sets: [onPod('runtimeClassName')],
    },
    {
      path: 'nodeSelector',
      description: 'labels of the nodes that pods run on',
      type: 'map',
      schema: TEXTS,
      sets: [onPod('nodeSelector')],
    },
    {
      path: 'tolerations',
      description: 'taints of nodes that pods tolerate',
      type: 'list',
      schema: { items: { type: 'object' } },
      sets: [onPod('tolerations')],
    },
    {
      path: 'modelCache.sizeLimit',
      description: 'room for the weights that a pod downloads',
      type: 'quantity',
      sets: [onPod('volumes/0/emptyDir/sizeLimit', 'whole')],
    },
    {
      path: 'nodePort',
      description: 'port of every node that leads to the service; null: it is reached in the cluster alone',
      type: 'integer',
      schema: { minimum: 30000, maximum: 32767 },
      sets: [{ object: service.service, field: '/spec/ports/0/nodePort', as: 'optional' }],
      variant: { with: stack, without: inside },
    },
  ];
}

const POSITIVE = { minimum: 1 };

const quotaRule = (resource: string): ChartRule => ({
  value: `resources.${resource}`,
  times: ['autoscaling.maxReplicas', 'rollout.maxSurge'],
  atMost: `quota.${resource}`,
});

/** What is checked of the values together: bounds, and that a rollout of the most pods fits into the quota. */
export const INFERENCE_CHART_RULES: readonly ChartRule[] = [
  { value: 'autoscaling.minReplicas', atMost: 'autoscaling.maxReplicas' },
  { value: 'disruptionBudget.minAvailable', atMost: 'autoscaling.minReplicas' },
  { value: 'resources.requests.cpu', atMost: 'resources.limits.cpu' },
  { value: 'resources.requests.memory', atMost: 'resources.limits.memory' },
  ...['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'].map(quotaRule),
  { value: 'gpus', times: ['autoscaling.maxReplicas', 'rollout.maxSurge'], atMost: 'quota.gpus' },
];
