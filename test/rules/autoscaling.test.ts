import { container, deployment, object } from '../support/manifests';
import { describeRule, eachObject, type Manifest, neighbours, world } from '../support/rules';

const rule = eachObject((manifest, all) => {
  if (manifest.kind !== 'HorizontalPodAutoscaler') return [];
  const { scaleTargetRef: ref, metrics = [], minReplicas, maxReplicas } = manifest.spec;
  const target = neighbours(all, manifest, ref.kind).find(({ metadata }) => metadata.name === ref.name);
  if (target === undefined) return [`there is no ${ref.kind} ${ref.name}`];
  const others = neighbours(all, manifest, manifest.kind).filter(({ spec }) => spec.scaleTargetRef.name === ref.name);
  return [
    ...(target.spec.replicas === undefined
      ? []
      : [`each apply sets ${ref.name} back to ${target.spec.replicas} replicas`]),
    ...(others.length > 1 ? [`${ref.name} has ${others.length} autoscalers`] : []),
    ...(minReplicas <= maxReplicas ? [] : ['minReplicas is above maxReplicas']),
    ...metrics.flatMap(({ resource }: Manifest) =>
      target.spec.template.spec.containers
        .filter(({ resources }: Manifest) => resource && resources?.requests?.[resource.name] === undefined)
        .map(({ name }: Manifest) => `container ${name} requests no ${resource.name} to be a share of`),
    ),
  ];
});

const scaler = (name: string, spec: Manifest = {}) =>
  object('HorizontalPodAutoscaler', name, {
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'api' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: 'Resource', resource: { name: 'cpu' } }],
      ...spec,
    },
  });

describeRule('an autoscaler alone decides how many pods its Deployment has', rule, {
  good: [world([deployment(), scaler('a')])],
  bad: [
    [world([scaler('a')]), 'HorizontalPodAutoscaler a: there is no Deployment api'],
    [
      world([deployment({}, { spec: { replicas: 2 } }), scaler('a')]),
      'HorizontalPodAutoscaler a: each apply sets api back to 2 replicas',
    ],
    [
      world([deployment(), scaler('a'), scaler('b')]),
      'HorizontalPodAutoscaler a: api has 2 autoscalers',
      'HorizontalPodAutoscaler b: api has 2 autoscalers',
    ],
    [
      world([deployment(), scaler('a', { minReplicas: 5 })]),
      'HorizontalPodAutoscaler a: minReplicas is above maxReplicas',
    ],
    [
      world([deployment({ containers: [container({ resources: {} })] }), scaler('a')]),
      'HorizontalPodAutoscaler a: container main requests no cpu to be a share of',
    ],
  ],
});
