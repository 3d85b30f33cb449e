import { container, deployment, workload } from '../support/manifests';
import { describeRule, eachPod, type Manifest, world } from '../support/rules';

/**
 * Containers of programs that show nothing of whether they hang, with the reason. What the first four miss is seen in
 * the lag of their consumer groups, which the rules of Prometheus watch.
 */
const UNPROBED: Readonly<Record<string, string>> = {
  'train-gru': 'trains in the loop that reads messages, for hours, and neither listens nor writes a file',
  'train-lstm': 'the same program',
  'nonml-prophet': 'the same loop',
  'inference-worker': 'its process listens nowhere: the threads that read messages are the program',
  worker: 'a Locust worker ends by itself when its master has not answered for a minute',
};

const rule = eachPod((pod, { kind }) =>
  kind === 'Job' || kind === 'CronJob'
    ? []
    : pod.spec.containers
        .filter(({ name, livenessProbe }: Manifest) => livenessProbe === undefined && UNPROBED[name] === undefined)
        .map(({ name }: Manifest) => `${name} stays when it hangs`),
);

const probed = container({ livenessProbe: { exec: { command: ['true'] } } });

describeRule('every program that can hang has a liveness probe, or shows nothing that one could look at', rule, {
  good: [
    world([deployment({ containers: [probed, container({ name: 'train-gru' })] })]),
    // A Job has a deadline or ends.
    world([workload('Job', 'migrate')]),
  ],
  bad: [[world([deployment({ containers: [probed, container()] })]), 'Deployment api: main stays when it hangs']],
});
