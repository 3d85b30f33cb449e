import { expect, it } from 'vitest';
import { until } from '../support/control-plane/settle';
import { DayProject, type DayRun } from '../support/day/project';
import { succeeds } from '../support/day/stage';
import { report } from './machine';
import type { Stage } from './stage';

/**
 * The commands of the day on a cluster that is empty. Charts of releases are not reached from here; what needs no pods that
 * run is in test/cluster/day.test.ts.
 */
export function dayEnds(stage: Stage): void {
  it('`up`, `status` and `tear` do what they say, and leave nothing behind', async () => {
    const { first: node, plane, kubectl } = stage.cluster;
    const project = await DayProject.create();
    try {
      project.link('nsenter');
      project.link('kubectl', plane.program);
      project.enter = [...node.enter({ folders: false }), 'sh', '-c', 'cd "$0" && exec "$@"', project.folder];
      const env = { KUBECONFIG: plane.kubeconfig, PLATFORM_ENV: 'ci', PLATFORM_STACKS: 'all' };
      const day = (command: string, ...args: readonly string[]): Promise<DayRun> =>
        project.run(command, ['--context=control-plane', '--no-releases', ...args], env);

      const start = Date.now();
      succeeds(await day('up'));
      report('`npm run up` on an empty cluster:', start);
      succeeds(await day('status'));

      // A forwarded port comes back with the pod behind it.
      await kubectl.run(['--namespace=fair', 'delete', 'pod', 'minio-0', '--wait']);
      await until(async () => (await day('status')).code === 0);
      succeeds(await day('status'));

      succeeds(await day('tear', '--yes'));
      expect(await stage.leftovers()).toEqual([]);
      expect(project.has('.day/ci@control-plane')).toBe(false);
      const processes = await node.run(['ps', '-A', '-o', 'args=']);
      expect(processes).not.toContain('port-forward');
    } finally {
      project.remove();
    }
  });
}
