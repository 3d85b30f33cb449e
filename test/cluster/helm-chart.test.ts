import { spawn } from 'node:child_process';
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { charts } from '../../environments/charts';
import { NodePool } from '../../lib';
import { helmChart } from '../../lib/platform';
import { collection } from '../support/control-plane/api';
import { nodesOf } from '../support/control-plane/nodes';
import { settle } from '../support/control-plane/settle';
import { ChartFolder, findHelm } from '../support/helm';
import { describeProgram } from '../support/programs';
import { list, noCluster, theCluster, titled } from './stage';

/** A node with room for the most pods. */
const nodes = nodesOf([
  new NodePool({
    name: 'helm-chart',
    labels: {},
    nodes: { min: 1, max: 1 },
    capacity: { cpu: Cpu.units(32), memory: Size.gibibytes(64) },
  }),
]);

describe.skipIf(noCluster !== '')(titled('a helm chart in a cluster', noCluster), () => {
  describeProgram(findHelm(), 'with helm', (program) => {
    const folders: ChartFolder[] = [];
    const namespaces = [...Object.keys(charts), 'environments'].map((name) => `chart-${name}`);
    const cluster = () => theCluster();
    beforeAll(async () => {
      await cluster().kubectl.run(['apply', '-f', '-'], list(nodes));
    });
    afterAll(async () => {
      for (const folder of folders) folder.remove();
      await cluster().kubectl.run(['delete', 'namespace', '--ignore-not-found', ...namespaces]);
      await cluster().kubectl.run(['delete', '--ignore-not-found', '-f', '-'], list(nodes));
    });

    const chartOf = (name: string) => {
      const { stack, props } = charts[name]?.() ?? expect.fail();
      const folder = new ChartFolder(program().helm, helmChart(stack, props));
      folders.push(folder);
      return folder.path;
    };
    /** @throws Error with what helm says, where it fails */
    const helm = (namespace: string, ...args: readonly string[]) => {
      const access = inject('cluster');
      const kubeconfig = typeof access === 'string' ? expect.fail(access) : access.kubeconfig;
      return new Promise<string>((resolve, reject) => {
        const child = spawn(program().helm, [...args, '--namespace', namespace, '--kubeconfig', kubeconfig]);
        let said = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (text) => {
            said += text;
          });
        }
        child.once('close', (code) =>
          code === 0 ? resolve(said) : reject(new Error(`helm ${args.join(' ')}: ${said}`)),
        );
      });
    };
    const names = async (kind: string, namespace: string) =>
      (await cluster().api.list(collection(kind, namespace))).map(({ metadata }) => metadata.name as string);

    test('with the values of each environment, API servers accept what they render', async () => {
      const [namespace] = namespaces.slice(-1) as [string];
      await cluster().kubectl.run(['create', 'namespace', namespace]);
      for (const [name, make] of Object.entries(charts)) {
        for (const environment of Object.keys(make().props.environments ?? {})) {
          const chart = chartOf(name);
          const rendered = await helm(namespace, 'template', name, chart, '-f', `${chart}/values-${environment}.yaml`);
          const said = await cluster().kubectl.run(['apply', '--dry-run=server', '-n', namespace, '-f', '-'], rendered);
          expect(said).toContain('(server dry run)');
        }
      }
    });

    test('that of inference is installed, upgraded and rolled back, and its pods follow', async () => {
      const [namespace, chart] = ['chart-inference', chartOf('inference')];
      const template = async () => {
        await settle(cluster().api, [namespace]);
        const [deployment] = await cluster().api.list(collection('Deployment', namespace));
        return deployment?.spec.template;
      };
      const notes = await helm(namespace, 'install', 'inference', chart, '--create-namespace');
      expect(notes).toContain('kubectl get pods -n chart-inference -l app.kubernetes.io/part-of=inference');
      const first = await template();
      await helm(namespace, 'upgrade', 'inference', chart, '--set', 'config.LOG_LEVEL=debug');
      const second = await template();
      expect(second.metadata.annotations).not.toEqual(first.metadata.annotations);
      expect({ ...second, metadata: first.metadata }).toEqual(first);
      await helm(namespace, 'rollback', 'inference', '1');
      expect(await template()).toEqual(first);
    });

    test('that of flts: another value starts the Jobs that have it anew, and a rollback brings the old ones back', async () => {
      const [namespace, chart] = ['chart-flts', chartOf('flts')];
      const dev = ['--values', `${chart}/values-dev.yaml`];
      await helm(namespace, 'install', 'flts', chart, '--create-namespace', ...dev);
      const first = await names('Job', namespace);
      await helm(namespace, 'upgrade', 'flts', chart, ...dev, '--set', 'preprocess.seed=7');
      const second = await names('Job', namespace);
      expect(second.filter((name) => !first.includes(name))).toEqual([expect.stringMatching(/^preprocess-/)]);
      expect(first.filter((name) => !second.includes(name))).toEqual([expect.stringMatching(/^preprocess-/)]);
      await helm(namespace, 'rollback', 'flts', '1');
      expect(await names('Job', namespace)).toEqual(first);
    });
  });
});
