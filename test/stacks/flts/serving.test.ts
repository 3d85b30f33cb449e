import { describe, expect, it } from 'vitest';
import { find } from '../../support/synth';
import { envOf } from './programs/samples';
import { containerOf, production, render, small } from './samples';

describe('the stack flts', () => {
  const objects = render(small);

  it('serves promoted models only: readiness asks for one, and the start does not wait for it', () => {
    const server = containerOf(objects, 'inference');
    expect(server.readinessProbe.httpGet.path).toBe('/ready');
    expect(server.startupProbe.httpGet.path).toBe('/healthz');
    expect(server.livenessProbe.httpGet.path).toBe('/healthz');
    expect(server.ports).toEqual([
      { name: 'http', containerPort: 8000 },
      { name: 'metrics', containerPort: 9091 },
    ]);
    expect(find(objects, 'Service', 'inference-metrics').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ port: 9091 }],
    });
  });

  it('shows each promotion to each replica, and consumes in one place', () => {
    expect(envOf(containerOf(objects, 'promotion-rollout'))).toMatchObject({
      POINTER_URL: 'http://fastapi-app.flts.svc:8000/download/model-promotion/current.json',
      DEPLOYMENT: 'inference',
    });
    expect(find(objects, 'Role').rules).toEqual([
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['inference'], verbs: ['patch'] },
    ]);
    const worker = containerOf(objects, 'inference-worker');
    expect(worker.command).toEqual(['python', 'main.py']);
    expect(envOf(worker)).toMatchObject({
      CONSUMER_GROUP_ID: 'batch-forecasting-v2',
      CONSUMER_TOPIC_0: 'inference-data',
      CONSUMER_TOPIC_1: 'model-training',
      PROMOTION_TOPIC: 'model-selected',
    });
  });

  it('has servers start what loads the promoted model, with consumers of a topic that nobody writes to', () => {
    const writers = objects
      .flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
      .flatMap((container) => container.env ?? [])
      .filter(({ name }) => /^(PRODUCER|PUBLISH)_TOPIC|^MODEL_SELECTED_TOPIC|^DLQ/.test(name));
    expect(writers.map(({ value }) => value)).not.toContain('inference-idle');
    expect(envOf(containerOf(objects, 'inference'))).toMatchObject({
      INFERENCE_START_IN_APP: '1',
      CONSUMER_GROUP_ID: 'inference-servers',
      CONSUMER_TOPIC_0: 'inference-idle',
      CONSUMER_TOPIC_1: 'inference-idle',
      PROMOTION_TOPIC: 'inference-idle',
      PUBLISH_TOPIC: 'inference-data',
    });
  });

  it('scales by CPU and memory, as was asked for', () => {
    const metrics = [
      { resource: { target: { averageUtilization: 70 } } },
      { resource: { target: { averageUtilization: 75 } } },
    ];
    expect(find(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 3, metrics });
    expect(find(render(production), 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 4,
      maxReplicas: 20,
      metrics,
    });
  });
});
