import { deployment, object } from '../support/manifests';
import { describeRule, eachObject, type Manifest, matches, neighbours, world } from '../support/rules';

const rule = eachObject((manifest, all) => {
  if (manifest.kind !== 'PodDisruptionBudget') return [];
  const { minAvailable, maxUnavailable, selector } = manifest.spec;
  if ((minAvailable === undefined) === (maxUnavailable === undefined)) return ['it says not exactly one number'];
  return neighbours(all, manifest, 'Deployment')
    .filter(({ spec }) => matches(selector.matchLabels, spec.template.metadata.labels))
    .flatMap((target) => {
      const replicas = fewest(target, neighbours(all, manifest, 'HorizontalPodAutoscaler'));
      const kept =
        minAvailable === undefined ? replicas - pods(maxUnavailable, replicas) : pods(minAvailable, replicas);
      return kept < replicas ? [] : [`of ${replicas} pods of ${target.metadata.name} none may ever be evicted`];
    });
});

function fewest({ metadata, spec }: Manifest, scalers: Manifest[]): number {
  const scaler = scalers.find((other) => other.spec.scaleTargetRef.name === metadata.name);
  return scaler?.spec.minReplicas ?? spec.replicas ?? 1;
}

const pods = (amount: number | string, replicas: number) =>
  typeof amount === 'number' ? amount : Math.ceil((Number.parseInt(amount, 10) * replicas) / 100);

const budget = (spec: Manifest) =>
  object('PodDisruptionBudget', 'a', { spec: { selector: { matchLabels: { app: 'api' } }, ...spec } });
const replicas = (count: number) => deployment({}, { spec: { replicas: count } });
const scaler = object('HorizontalPodAutoscaler', 'a', { spec: { scaleTargetRef: { name: 'api' }, minReplicas: 2 } });

describeRule('a disruption budget lets a node be drained', rule, {
  good: [
    world([replicas(2), budget({ minAvailable: 1 })]),
    world([deployment(), scaler, budget({ minAvailable: '50%' })]),
    world([replicas(1), budget({ maxUnavailable: 1 })]),
  ],
  bad: [
    [
      world([deployment(), budget({ minAvailable: 1 })]),
      'PodDisruptionBudget a: of 1 pods of api none may ever be evicted',
    ],
    [
      world([deployment(), scaler, budget({ minAvailable: '51%' })]),
      'PodDisruptionBudget a: of 2 pods of api none may ever be evicted',
    ],
    [
      world([replicas(3), budget({ maxUnavailable: 0 })]),
      'PodDisruptionBudget a: of 3 pods of api none may ever be evicted',
    ],
    [
      world([replicas(3), budget({ minAvailable: 1, maxUnavailable: 1 })]),
      'PodDisruptionBudget a: it says not exactly one number',
    ],
  ],
});
