import { expect, it } from 'vitest';
import { named } from './load';
import { waitFor } from './machine';
import type { Stage } from './stage';
import { objectStore } from './stores';

const NAMESPACE = 'flts';

/** What came out of Kafka: data was preprocessed, models were trained and evaluated, and the best of them forecasts. */
export function forecasts(stage: Stage): void {
  it('forecasts what the preprocessing announces, and what the load balancer is asked, with the promoted model', async () => {
    const ask = await objectStore(stage, NAMESPACE);
    const { run_id: promoted } = JSON.parse(await ask('GET', '/model-promotion/current.json'));

    const [{ nodePort }] = named(stage, 'Service', 'inference-lb').spec.ports;
    const url = `http://${stage.cluster.first.address}:${nodePort}/predict`;
    const rows = JSON.stringify({
      data: { down: Array.from({ length: 50 }, (_, row) => 5e6 + row) },
      inference_length: 3,
    });
    const answer = JSON.parse(
      await stage.cluster.first.run(['curl', '--silent', '--show-error', '--fail', '--json', rows, url]),
    );
    expect(answer).toEqual({
      predictions: [expect.any(Number), expect.any(Number), expect.any(Number)],
      run_id: promoted,
    });

    // The worker may still be at it: its message came at the same time as the one for the trainers.
    let keys: readonly (string | undefined)[] = [];
    await waitFor('a forecast of the worker', async () => {
      const list = await ask('GET', '/inference-logs/?list-type=2');
      keys = [...list.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
      return keys.length > 0;
    });
    expect(JSON.parse(await ask('GET', `/inference-logs/${keys[0]}`))).toMatchObject({ run_id: promoted });
  });

  it('is scraped by Prometheus, every target of it', async () => {
    const up = "promtool query instant http://localhost:9090 'up'";
    await waitFor('the targets', async () => {
      const targets = (await stage.exec(NAMESPACE, 'deployment/prometheus', up)).trim().split('\n');
      return targets.length > 5 && targets.every((line) => / => 1 @/.test(line));
    });
  });
}
