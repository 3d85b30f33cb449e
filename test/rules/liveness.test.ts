import { expect, it } from 'vitest';
import { container, deployment, workload } from '../support/manifests';
import { describeRule, eachPod, everyWorld, type Manifest, nameOf, world } from '../support/rules';

/**
 * Containers of programs that show nothing of whether they hang, with the reason. What the first four miss is seen in
 * the lag of their consumer groups, which the rules of Prometheus watch; `liveness` of the stack has a place for a probe.
 */
const UNPROBED: Readonly<Record<string, string>> = {
  'Deployment train-gru': 'neither listens nor writes a file; trains in another thread than that of its consumer group',
  'Deployment train-lstm': 'the same program',
  'Deployment nonml-prophet': 'the same for another model',
  'Deployment inference-worker': 'neither listens nor writes a file; forecasts in another thread, too',
  'Deployment locust-worker': 'a Locust worker ends by itself when its master has not answered for a minute',
};

/** Containers without a probe, of what does not end by itself. */
const unprobed = (pod: Manifest, { kind }: Manifest): Manifest[] =>
  kind === 'Job' || kind === 'CronJob'
    ? []
    : pod.spec.containers.filter(({ livenessProbe }: Manifest) => livenessProbe === undefined);

const rule = eachPod((pod, object) =>
  UNPROBED[nameOf(object)] === undefined
    ? unprobed(pod, object).map(({ name }: Manifest) => `${name} stays when it hangs`)
    : [],
);

it.each(Object.keys(UNPROBED))('%s is excepted with a reason, and has no probe in any environment', (name) => {
  const excepted = everyWorld().flatMap(({ objects }) => objects.filter((object) => nameOf(object) === name));
  expect(excepted).not.toEqual([]);
  for (const object of excepted) expect(unprobed(object.spec.template, object)).toHaveLength(1);
});

const probed = container({ livenessProbe: { exec: { command: ['true'] } } });

describeRule('every program that can hang has a liveness probe, or shows nothing that one could look at', rule, {
  good: [
    world([deployment({ containers: [probed] }), workload('Deployment', 'train-gru')]),
    // A Job has a deadline or ends.
    world([workload('Job', 'migrate')]),
  ],
  bad: [[world([deployment({ containers: [probed, container()] })]), 'Deployment api: main stays when it hangs']],
});

const hasty = (pod: Manifest): string[] =>
  pod.spec.containers
    .filter(
      ({ livenessProbe, startupProbe }: Manifest) =>
        (livenessProbe?.httpGet ?? livenessProbe?.tcpSocket) !== undefined && startupProbe === undefined,
    )
    .map(({ name }: Manifest) => `${name} is restarted when it starts slowly`);

const listens = { livenessProbe: { httpGet: { path: '/live', port: 'http' } } };

describeRule('a server is not restarted while it starts, on a node that has much to do', eachPod(hasty), {
  good: [world([deployment({ containers: [container({ ...listens, startupProbe: listens.livenessProbe }), probed] })])],
  bad: [
    [
      world([deployment({ containers: [container(listens)] })]),
      'Deployment api: main is restarted when it starts slowly',
    ],
  ],
});
