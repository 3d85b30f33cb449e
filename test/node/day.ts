import { expect, it } from 'vitest';
import { until } from '../support/control-plane/settle';
import { DayProject, type DayRun } from '../support/day/project';
import { problems, succeeds } from '../support/day/stage';
import { report } from './machine';
import type { Stage } from './stage';

/** The commands of the day on a cluster that is empty. Charts of releases are not reached from here. */
export function dayEnds(stage: Stage): void {
  it('`up`, `status`, `down` and `tear` do what they say, and leave nothing behind', async () => {
    const { first: node, plane, kubectl, api } = stage.cluster;
    const project = await DayProject.create();
    try {
      project.link('nsenter');
      project.link('kubectl', plane.program);
      project.enter = [...node.enter({ folders: false }), 'sh', '-c', 'cd "$0" && exec "$@"', project.folder];
      const env = { KUBECONFIG: plane.kubeconfig, PLATFORM_ENV: 'ci', PLATFORM_STACKS: 'all' };
      const day = (command: string, ...args: readonly string[]): Promise<DayRun> =>
        project.run(
          command,
          ['--context=control-plane', ...(command === 'down' ? [] : ['--no-releases']), ...args],
          env,
        );
      const isWell = () => until(async () => (await day('status')).code === 0);

      const start = Date.now();
      succeeds(await day('up'));
      report('`npm run up` on an empty cluster:', start);
      succeeds(await day('status'));

      // A forwarded port comes back with the pod behind it.
      await kubectl.run(['--namespace=fair', 'delete', 'pod', 'minio-0', '--wait']);
      await isWell();
      succeeds(await day('status'));

      // A pod that cannot come back is named, and why.
      await kubectl.run(['cordon', node.name]);
      await kubectl.run(['--namespace=inference', 'delete', 'pod', '--all', '--wait']);
      expect(problems(await day('status', '--json'))).toMatchObject({
        Nodes: [`${node.name} is cordoned`],
        'Stack inference': expect.arrayContaining([expect.stringMatching(/^inference\/\S+ has no node: /)]),
      });
      await kubectl.run(['uncordon', node.name]);
      await kubectl.run(['--namespace=inference', 'delete', 'service', '--all', '--wait']);
      succeeds(await day('up'));
      succeeds(await day('status'));

      succeeds(await day('down'));
      expect((await day('status')).text).toContain('does not answer');
      succeeds(await day('up'));
      succeeds(await day('tear', '--yes'));
      await until(async () => (await api.list('/api/v1/persistentvolumes')).length === 0);
      const namespaces = (await api.list('/api/v1/namespaces')).map(({ metadata }) => metadata.name);
      expect(namespaces.filter((name) => stage.namespaces.includes(name))).toEqual([]);
      expect(project.has('.day/ci@control-plane')).toBe(false);
      const processes = await node.run(['ps', '-A', '-o', 'args=']);
      expect(processes).not.toContain('port-forward');
    } finally {
      project.remove();
    }
  });
}
