import { object } from '../support/manifests';
import { describeRule, eachObject, world } from '../support/rules';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** What cdk8s calls an object that was given no name. */
const GENERATED = /-c8[0-9a-f]{6}$/;
/** Kinds whose name becomes a host name or a label of their pods. */
const LABELS = ['Namespace', 'Service', 'Deployment', 'StatefulSet', 'Job', 'CronJob'];

const rule = eachObject(({ kind, metadata: { name } }) => [
  ...((LABELS.includes(kind) ? LABEL : NAME).test(name) ? [] : ['its name is no DNS name']),
  ...(GENERATED.test(name) ? ['its name comes from the construct tree'] : []),
]);

describeRule('every object has a DNS name of its own, not an accident of the construct tree', rule, {
  good: [world([object('ConfigMap', 'a.b-c'), object('Job', 'migrate-8f3c8a11')])],
  bad: [
    [world([object('Service', 'a.b')]), 'Service a.b: its name is no DNS name'],
    [world([object('ConfigMap', 'A')]), 'ConfigMap A: its name is no DNS name'],
    [world([object('Deployment', 'a'.repeat(64))]), `Deployment ${'a'.repeat(64)}: its name is no DNS name`],
    [world([object('Role', 'fair-role-c8b5fe12')]), 'Role fair-role-c8b5fe12: its name comes from the construct tree'],
  ],
});
