import { expect, it } from 'vitest';
import { named } from './load';
import { waitFor } from './machine';
import type { Stage } from './stage';
import { listed, objectStore } from './stores';

const NAMESPACE = 'flts';

/** What came out of Kafka: data was preprocessed, models were trained and evaluated, and the best of them forecasts. */
export function forecasts(stage: Stage): void {
  it('forecasts what the preprocessing announces, and what the load balancer is asked, with the promoted model', async () => {
    const ask = await objectStore(stage, NAMESPACE);
    const { run_id: promoted } = JSON.parse(await ask('GET', '/model-promotion/current.json'));

    const rows = JSON.stringify({
      data: { down: Array.from({ length: 50 }, (_, row) => 5e6 + row) },
      inference_length: 3,
    });
    const answer = JSON.parse(await askPort(stage, 'inference-lb', '/predict', '--json', rows));
    expect(answer).toEqual({
      predictions: [expect.any(Number), expect.any(Number), expect.any(Number)],
      run_id: promoted,
    });

    // The worker may still be at it: its message came at the same time as the one for the trainers.
    let [key]: readonly string[] = [];
    await waitFor('a forecast of the worker', async () => {
      [key] = await listed(ask, 'Key', '/inference-logs/?list-type=2');
      return key !== undefined;
    });
    expect(JSON.parse(await ask('GET', `/inference-logs/${key}`))).toMatchObject({ run_id: promoted });
  });

  it('is scraped by Prometheus, every target of it', async () => {
    const up = "promtool query instant http://localhost:9090 'up'";
    await waitFor('the targets', async () => {
      const targets = (await stage.exec(NAMESPACE, 'deployment/prometheus', up)).trim().split('\n');
      return targets.length > 5 && targets.every((line) => / => 1 @/.test(line));
    });
  });

  it('is put under load by Locust, which sees no failure while the servers are replaced', async () => {
    const locust = async (path: string, ...options: readonly string[]) =>
      JSON.parse(await askPort(stage, 'locust-external', path, ...options));
    expect(await locust('/swarm', '--data', 'user_count=10&spawn_rate=10')).toMatchObject({ success: true });
    let stats: readonly { readonly name: string; readonly num_requests: number; readonly num_failures: number }[] = [];
    await waitFor('forecasts by request', async () => {
      ({ stats } = await locust('/stats/requests'));
      return stats.some(({ name, num_requests }) => name === '/predict' && num_requests > 20);
    });
    for (const command of ['restart', 'status']) {
      await stage.cluster.kubectl.run([`--namespace=${NAMESPACE}`, 'rollout', command, 'deployment/inference']);
    }
    ({ stats } = await locust('/stats/requests'));
    await locust('/stop', '--request', 'POST');
    expect(stats.filter(({ num_failures }) => num_failures > 0)).toEqual([]);
  });
}

/** Asks a Service at its node port. */
function askPort(stage: Stage, service: string, path: string, ...options: readonly string[]): Promise<string> {
  const [{ nodePort }] = named(stage, 'Service', service).spec.ports;
  const { first } = stage.cluster;
  return first.ask(`http://${first.address}:${nodePort}${path}`, options);
}
