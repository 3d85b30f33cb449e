import { container, deployment, service, workload } from '../support/manifests';
import { describeRule, eachObject, type Manifest, selectedPods, world } from '../support/rules';

/** Clients may send requests for this long after a pod has begun to stop. */
const SECONDS = 5;

/** A StatefulSet starts the next pod when the last one is gone: waiting would keep the clients of a single one waiting. */
const isSingle = ({ kind, spec }: Manifest) => kind === 'StatefulSet' && (spec.replicas ?? 1) < 2;

const pause = ({ lifecycle }: Manifest): number => {
  const { exec, sleep } = lifecycle?.preStop ?? {};
  return sleep?.seconds ?? (exec?.command[0] === 'sleep' ? Number(exec.command[1]) : 0);
};

const rule = eachObject((object, all) => {
  const { kind, metadata, spec } = object;
  if (kind !== 'Service' || spec.selector === undefined) return [];
  const single = all.objects.filter((other) => isSingle(other) && other.metadata.namespace === metadata.namespace);
  return selectedPods(all, object, spec.selector)
    .filter((pod) => !single.some((owner) => owner.spec.template === pod))
    .flatMap(({ spec: { containers, terminationGracePeriodSeconds: grace = 30 } }) =>
      containers.flatMap((one: Manifest) => {
        if ((one.ports ?? []).length === 0) return [];
        if (pause(one) < SECONDS) return [`${one.name} stops while clients still send it requests`];
        return pause(one) < grace ? [] : [`${one.name} is killed while it waits`];
      }),
    );
});

const server = (changes: Manifest, pod: Manifest = {}) => deployment({ containers: [container(changes)], ...pod });
const wait = (seconds: number) => ({ lifecycle: { preStop: { exec: { command: ['sleep', String(seconds)] } } } });

describeRule('servers behind a Service wait before they stop, until their clients know of it', rule, {
  good: [
    world([server(wait(5)), service()]),
    world([server({ lifecycle: { preStop: { sleep: { seconds: 10 } } } }), service()]),
    world([server(wait(40), { terminationGracePeriodSeconds: 60 }), service()]),
    world([server({})]),
    world([workload('StatefulSet', 'api', {}, { spec: { replicas: 1 } }), service()]),
  ],
  bad: [
    [world([server({}), service()]), 'Service api: main stops while clients still send it requests'],
    [world([server(wait(1)), service()]), 'Service api: main stops while clients still send it requests'],
    [world([server(wait(30)), service()]), 'Service api: main is killed while it waits'],
    [
      world([workload('StatefulSet', 'api', {}, { spec: { replicas: 3 } }), service()]),
      'Service api: main stops while clients still send it requests',
    ],
  ],
});
