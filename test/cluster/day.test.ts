import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms } from '../platform/releases/programs';
import { findControlPlane } from '../support/control-plane/programs';
import { until } from '../support/control-plane/settle';
import { DayStage, problems, succeeds, UP } from '../support/day/stage';
import { describeProgram } from '../support/programs';
import { jobOfContinuousIntegration } from './day-job';
import { list } from './stage';

/** The steps of `up` in which it is killed, each time after a random number of calls of programs. SEED=… has others. */
const { SEED = '13' } = process.env;
const STEPS = 'Machine,dist/,Cluster,Objects,Objects,Releases,Releases,Pods and Jobs,Ports,Registrations'.split(',');
const CALLS = fc.sample(fc.integer({ min: 0, max: 3 }), { seed: Number(SEED), numRuns: STEPS.length });
const MOMENTS = STEPS.map((step, index) => [step, CALLS[index] ?? 0] as const);

/** Everything that is needed, or why it is not there. */
function found() {
  const plane = findControlPlane();
  const clients = findPrograms('helm', 'helmfile');
  return typeof plane === 'string' ? plane : typeof clients === 'string' ? clients : { plane, clients };
}

describeProgram(found(), 'the day of a contributor', (needed) => {
  let started: DayStage | undefined;
  let before: readonly string[] = [];
  const stage = (): DayStage => {
    if (started === undefined) throw new Error('it was not started');
    return started;
  };
  beforeAll(async () => {
    const { plane, clients } = needed();
    started = await DayStage.start(plane, clients);
    before = await started.everything();
  });
  afterAll(() => started?.stop());

  test(`\`up\` that is killed at ten moments (seed ${SEED}) ends well when it is started again`, async () => {
    for (const [step, calls] of MOMENTS) {
      const up = stage().project.start('up', UP, stage().env);
      let isOver = false;
      void up.ended.finally(() => {
        isOver = true;
      });
      let last = Number.POSITIVE_INFINITY;
      await until(async () => {
        const [, since] = up.output.text.split(`[STARTED] ${step}`);
        const { length } = stage().project.log();
        if (since !== undefined) last = Math.min(last, length + calls);
        return isOver || since?.includes('[COMPLETED]') === true || length >= last;
      });
      // The last step may be over before it is looked at again; then there was nothing to kill, and all is well.
      if (!isOver) up.kill();
      else expect([step, (await up.ended).code], `${calls} calls: ${up.output.text}`).toEqual([STEPS.at(-1), 0]);
      await up.ended;
    }
    succeeds(await stage().day('up'));
    succeeds(await stage().day('status'));
  });

  test('`tear` leaves nothing: no object, process or file', async () => {
    const refused = await stage().day('tear');
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('say --yes')]);
    expect(refused.stdout).toMatch(
      /namespace fair\n {4}with its volume .*\n {4}with its volume pgdata-postgres-0 \(5Gi\)/,
    );
    succeeds(await stage().day('tear', '--yes'));
    await until(async () => (await stage().everything()).length === before.length, 60);
    expect(await stage().everything()).toEqual(before);
    expect(JSON.parse(await stage().kubectl.run(['get', 'pods', '-A', '-o', 'json'])).items).toEqual([]);
    expect(stage().project.has('.day/dev@control-plane')).toBe(false);
    expect(await stage().forwarders()).toEqual([]);
  });

  test('`up` on an empty cluster applies in the order that works, registers, and prints what is open', async () => {
    const up = await stage().day('up');
    succeeds(up);
    const order = [
      'apply -f dist/cluster.k8s.yaml',
      'helmfile ',
      'apply -f dist',
      'helmfile ',
      'port-forward',
      'zenml stack import k8s',
      'zenml stack import dev',
    ];
    let last = -1;
    for (const step of order) {
      const next = up.calls.findIndex((call, index) => index > last && (call.endsWith(step) || call.includes(step)));
      expect(next, `${step} after call ${last} of\n${up.calls.join('\n')}`).toBeGreaterThan(last);
      last = next;
    }
    expect(up.calls.at(-1)).toBe('zenml stack set dev');
    expect(new Set(stage().servers.logins)).toEqual(new Set(['grant_type=password&username=default&password=']));
    expect(up.text).toContain(`http://localhost:${stage().project.ports.zenml}`);
    expect(up.text).toContain('default, without a password');
  });

  test('`status` says that all is well, to people and to programs', async () => {
    const [people, programs] = [await stage().day('status'), await stage().day('status', '--json')];
    succeeds(people);
    expect(people.text).toContain('✔ Releases: 5 of 5 well');
    expect(people.text).toContain('✔ Ports: 6 of 6 well');
    expect([programs.code, JSON.parse(programs.stdout).ok]).toEqual([0, true]);
  });

  test('all is well without the GPU that the device plugin waits for', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'device-plugin',
        namespace: 'nvidia',
        labels: { 'app.kubernetes.io/instance': 'nvidia-device-plugin' },
      },
      spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'plugin', image: 'plugin:1' }] },
    };
    await stage().kubectl.run(['apply', '-f', '-'], list([pod]));
    succeeds(await stage().day('status'));
    await stage().kubectl.run(['delete', '-f', '-'], list([pod]));
  });

  test('a second `up` does only what is left: nothing', async () => {
    const { code, calls, text } = await stage().day('up');
    expect(code, text).toBe(0);
    expect(calls.filter((call) => /\b(apply|sync|upgrade|import|port-forward)\b/.test(call))).toEqual([]);
  });

  test('what is deleted, changed or has no node is named by `status`, which ends with 1, and mended by `up`', async () => {
    await stage().kubectl.run(['-n', 'fair', 'delete', 'deployment,service', '--all', '--wait']);
    await stage().kubectl.run(['-n', 'fair', 'delete', 'statefulset', 'minio']);
    await stage().kubectl.run([
      '-n',
      'inference',
      'patch',
      'configmap',
      'inference-config',
      '--type=merge',
      '-p',
      '{"data":{"LOG_LEVEL":"debug"}}',
    ]);
    await stage().kubectl.run(['cordon', 'inference-0']);
    await stage().kubectl.run(['-n', 'inference', 'delete', 'pod', '--all', '--wait=false']);
    const unwell = await stage().day('status', '--json');
    expect(unwell.code).toBe(1);
    expect(problems(unwell)).toMatchObject({
      Objects: expect.arrayContaining([
        'StatefulSet fair/minio is missing',
        'ConfigMap inference/inference-config is not as it is written',
      ]),
      Nodes: ['inference-0 is cordoned'],
      'Stack inference': expect.arrayContaining([expect.stringMatching(/^inference\/\S+ has no node: /)]),
    });
    await stage().kubectl.run(['uncordon', 'inference-0']);
    succeeds(await stage().day('up'));
    succeeds(await stage().day('status'));
  });

  test('a release with other values is named, and brought back', async () => {
    await stage().kubectl.script(
      `"${stage().env.HELM_PROGRAM}" upgrade mlflow "${stage().env.CHARTS}/mlflow" -n fair --set replicaCount=7`,
      '.',
    );
    const unwell = await stage().day('status', '--json');
    expect([unwell.code, problems(unwell).Releases]).toEqual([1, ['fair/mlflow has other values']]);
    stage().project.program('helmfile', 'echo "write /tmp/x: no space left on device" >&2; exit 3');
    const full = await stage().day('up');
    stage().project.program('helmfile', 'exec "$HELMFILE_PROGRAM" "$@"');
    expect(full.code).toBe(1);
    expect(full.text).toContain(
      [
        'helmfile -f deploy/helmfile.yaml -l name=mlflow,namespace=fair sync',
        '  failed with 3. Its last lines:',
        '  | write /tmp/x: no space left on device',
        'The disk is full: free space on it (`docker system df` says what images take).',
      ].join('\n'),
    );
    const up = await stage().day('up');
    succeeds(up);
    expect(up.calls.filter((call) => call.startsWith('helmfile'))).toEqual([
      expect.stringContaining('-l name=mlflow,namespace=fair sync'),
    ]);
    succeeds(await stage().day('status'));
  });

  test('a stack file that has changed is imported again, and sample data is uploaded', async () => {
    const data = join(stage().project.folder, 'sample', 'train');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'a b.json'), '{}');
    writeFileSync(join(stage().project.folder, '.day/dev@control-plane/registered.json'), '{}');
    expect((await stage().day('status')).text).toContain("ZenML stack 'k8s': is of another file");
    const up = await stage().day('up', '--data', 'sample');
    succeeds(up);
    expect(up.calls).toContain('zenml stack delete k8s -y -r');
    expect([...stage().servers.files.keys()]).toEqual(['/fair-data/sample/train/a%20b.json']);
    succeeds(await stage().day('status'));
  });

  test('a port-forward that ends is started again, and `down` stops all of them', async () => {
    const running = await stage().forwarders();
    expect(running).toHaveLength(6);
    for (const pid of running) process.kill(pid, 'SIGKILL');
    await until(async () => (await stage().day('status')).code === 0, 60);
    succeeds(await stage().day('status'));
    expect(await stage().forwarders()).toHaveLength(6);
    succeeds(await stage().day('down'));
    expect(await stage().forwarders()).toEqual([]);
    const { code, text } = await stage().day('status');
    expect([code, text]).toEqual([1, expect.stringContaining('does not answer')]);
  });

  test('where there are no charts, `--no-releases` leaves out releases and what needs them, and says so', async () => {
    const up = await stage().day('up', '--no-releases');
    succeeds(up);
    expect(up.calls.filter((call) => /^(helm|helmfile|zenml) /.test(call))).toEqual([]);
    expect(up.text).toMatch(/left out \(--no-releases\): stac, mlflow, zenml/);
    expect(up.text).toContain('Registrations of fair: left out, zenml is not there');
    succeeds(await stage().day('status', '--no-releases'));
  });

  jobOfContinuousIntegration(stage);
});
