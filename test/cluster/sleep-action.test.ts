import { afterAll, expect, test } from 'vitest';
import { ci } from '../../environments';
import { findControlPlane } from '../support/control-plane/programs';
import { onApiServer } from './on-api-server';
import { production, Written } from './stage';

const written = new Written(production({ ...ci, kubernetesVersion: '1.30' }));
afterAll(() => written.remove());

onApiServer('an environment of Kubernetes 1.30', findControlPlane(), written, (kubectl) => {
  test('has servers that Kubernetes itself keeps waiting before they stop, without `sleep` in their images', async () => {
    const { code, stderr } = await kubectl().try(['apply', '-f', written.dist]);
    expect([code, stderr]).toEqual([0, '']);
    const path = 'jsonpath={.spec.template.spec.containers[0].lifecycle.preStop}';
    const preStop = await kubectl().run(['-n', 'inference', 'get', 'deployment', 'inference-deploy', '-o', path]);
    expect(JSON.parse(preStop)).toEqual({ sleep: { seconds: 5 } });
  });
});
