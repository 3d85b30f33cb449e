import { deployment, object } from '../support/manifests';
import { describeRule, eachObject, leaves, world } from '../support/rules';

/** Fields that the API server leaves out when they say what is the case anyway, so that each further apply differs. */
const LEFT_OUT =
  /\/(readOnly|hostNetwork|hostPID|hostIPC|stdin|stdinOnce|tty|paused|publishNotReadyAddresses|initialDelaySeconds|minReadySeconds)$/;

const rule = eachObject((manifest) => [
  ...leaves(manifest)
    .filter(({ path, value }) => LEFT_OUT.test(path) && (value === false || value === 0))
    .map(({ path, value }) => `${path} is ${value}, which is not stored`),
  ...('stringData' in manifest ? ['/stringData is stored as data'] : []),
  ...('status' in manifest ? ['/status is not stored'] : []),
  ...(manifest.metadata.creationTimestamp === undefined ? [] : ['/metadata/creationTimestamp is not stored']),
]);

describeRule('nothing is written that the API server does not store: a second apply must find no difference', rule, {
  good: [world([deployment({ containers: [{ name: 'a', volumeMounts: [{ name: 'a', readOnly: true }] }] })])],
  bad: [
    [world([object('Secret', 'a', { stringData: { a: 'b' } })]), 'Secret a: /stringData is stored as data'],
    [
      world([deployment({ hostNetwork: false })]),
      'Deployment api: /spec/template/spec/hostNetwork is false, which is not stored',
    ],
    [
      world([deployment({ containers: [{ name: 'a', readinessProbe: { initialDelaySeconds: 0 } }] })]),
      'Deployment api: /spec/template/spec/containers/0/readinessProbe/initialDelaySeconds is 0, which is not stored',
    ],
    [world([object('Job', 'a', { status: {} })]), 'Job a: /status is not stored'],
  ],
});
