import { object, workload } from '../support/manifests';
import { describeRule, eachObject, matches, neighbours, podOf, world } from '../support/rules';

const rule = eachObject((manifest, all) => {
  if (manifest.kind !== 'StatefulSet') return [];
  const { serviceName } = manifest.spec;
  const service = neighbours(all, manifest, 'Service').find(({ metadata }) => metadata.name === serviceName);
  if (service === undefined) return [`there is no Service ${serviceName}`];
  return [
    ...(service.spec.clusterIP === 'None' ? [] : [`the Service ${serviceName} is not headless`]),
    ...(matches(service.spec.selector, podOf(manifest)?.metadata.labels)
      ? []
      : [`the Service ${serviceName} does not lead to its pods`]),
  ];
});

const set = workload('StatefulSet', 'db', {}, { spec: { serviceName: 'db-headless' } });
const service = (spec: Record<string, unknown>) =>
  object('Service', 'db-headless', { spec: { clusterIP: 'None', selector: { app: 'api' }, ...spec } });

describeRule('the pods of a StatefulSet have a headless Service that names them', rule, {
  good: [world([set, service({})])],
  bad: [
    [world([set]), 'StatefulSet db: there is no Service db-headless'],
    [world([set, service({ clusterIP: undefined })]), 'StatefulSet db: the Service db-headless is not headless'],
    [
      world([set, service({ selector: { app: 'web' } })]),
      'StatefulSet db: the Service db-headless does not lead to its pods',
    ],
  ],
});
