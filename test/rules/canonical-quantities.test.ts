import { deployment, object } from '../support/manifests';
import { describeRule, eachObject, leaves, world } from '../support/rules';

/** Amounts by resource, whose name may have a domain, and the fields that are one. */
const QUANTITY =
  /\/(requests|limits|hard|default|defaultRequest|max|min)\/([^/]+\.[^/]+\/)?[^/]+$|\/(sizeLimit|averageValue)$/;

/** The one form of each amount that the API server returns: a whole number with the largest unit that divides it. */
function canonical(quantity: unknown): boolean {
  const [, amount = '', unit = ''] = /^(0|[1-9]\d*)(m|k|M|G|T|P|E|[KMGTPE]i)?$/.exec(String(quantity)) ?? [];
  if (typeof quantity !== 'string' || amount === '') return false;
  if (unit.endsWith('i')) return unit === 'Ei' || Number(amount) % 1024 !== 0;
  return amount === '0' || unit === 'E' || !amount.endsWith('000');
}

const rule = eachObject((manifest) =>
  leaves(manifest.spec)
    // A schema talks about quantities and holds none.
    .filter(({ path }) => !path.includes('/openAPIV3Schema/'))
    .filter(({ path, value }) => QUANTITY.test(path) && !canonical(value))
    .map(({ path, value }) => `${path} is ${JSON.stringify(value)}`),
);

const requests = (amounts: Record<string, unknown>) =>
  world([deployment({ containers: [{ resources: { requests: amounts } }] })]);
const at = 'Deployment api: /template/spec/containers/0/resources/requests';

describeRule('quantities are canonical: the API server returns them as they were written', rule, {
  good: [
    requests({ cpu: '1500m', memory: '1536Mi', 'nvidia.com/gpu': '1', pods: '0' }),
    requests({ cpu: '2', memory: '2Gi', 'ephemeral-storage': '1Ki' }),
    world([object('ResourceQuota', 'a', { spec: { hard: { 'requests.cpu': '1k', pods: '100' } } })]),
  ],
  bad: [
    [requests({ cpu: '2000m' }), `${at}/cpu is "2000m"`],
    [requests({ cpu: '0.5' }), `${at}/cpu is "0.5"`],
    [requests({ cpu: 1 }), `${at}/cpu is 1`],
    [requests({ memory: '1024Mi' }), `${at}/memory is "1024Mi"`],
    [requests({ memory: '1.5Gi' }), `${at}/memory is "1.5Gi"`],
    [
      world([object('ResourceQuota', 'a', { spec: { hard: { pods: '1000' } } })]),
      'ResourceQuota a: /hard/pods is "1000"',
    ],
    [
      world([object('LimitRange', 'a', { spec: { limits: [{ default: { cpu: '1000m' } }] } })]),
      'LimitRange a: /limits/0/default/cpu is "1000m"',
    ],
    [
      world([deployment({ volumes: [{ emptyDir: { sizeLimit: '2048Mi' } }] })]),
      'Deployment api: /template/spec/volumes/0/emptyDir/sizeLimit is "2048Mi"',
    ],
  ],
});
