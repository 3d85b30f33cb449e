import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathOf } from '../support/control-plane/api';
import { run, waitFor } from './machine';
import type { Stage } from './stage';

/** Load makes pods of the service `inference`, and quiet takes them away, by what metrics-server measures. */
export function autoscales(stage: Stage): void {
  describe('autoscaling', () => {
    const autoscaler = () => {
      const found = stage.objects.find(({ metadata }) => metadata.name === 'inference-hpa');
      if (found === undefined) throw new Error('no autoscaler');
      return found;
    };
    const replicas = async () => (await stage.cluster.api.get(pathOf(autoscaler()))).status.currentReplicas;

    it('goes to its maximum under load, which loses no request, and back to its minimum', async () => {
      const { minReplicas, maxReplicas } = autoscaler().spec;
      const start = Date.now();
      const reports: string[] = [];
      const deadline = start + 300_000;
      while ((await replicas()) < maxReplicas && Date.now() < deadline) reports.push(await load(stage));
      expect(await replicas()).toBe(maxReplicas);
      console.log(`${maxReplicas} pods after ${Math.round((Date.now() - start) / 1000)} s`);
      await stage.settle();
      for (const report of reports) expect(report).toMatch(/^status +200: 200$/m);
      const quiet = Date.now();
      // The highest recommendation of 180 s counts, then one pod goes a minute.
      await waitFor('fewer pods', async () => (await replicas()) === minReplicas, 420);
      console.log(`${minReplicas} pods ${Math.round((Date.now() - quiet) / 1000)} s after the load`);
      await stage.settle();
    });
  });
}

/** `npm run load-test`, through the node port. @returns its report */
async function load({ cluster, objects }: Stage): Promise<string> {
  const [node] = cluster.nodes;
  const service = objects.find(({ kind, metadata }) => metadata.name === 'inference-svc' && kind === 'Service');
  if (node === undefined) throw new Error('no node');
  const url = `http://${node.address}:${service?.spec.ports[0].nodePort}`;
  const [tsx, script] = [join('node_modules', '.bin', 'tsx'), join('scripts', 'load-test.ts')].map((path) =>
    join(process.cwd(), path),
  );
  return run([
    ...node.enter({ folders: false }),
    tsx ?? '',
    script ?? '',
    `--url=${url}`,
    '--requests=200',
    '--concurrency=10',
  ]);
}
