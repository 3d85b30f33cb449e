import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ControlPlane } from '../support/control-plane/control-plane';
import { Kubectl } from '../support/control-plane/kubectl';
import { findClients, findOldestApiServer } from '../support/control-plane/programs';
import { changedLines } from './accepted';
import { productions, Written } from './stage';

/** Why the oldest API server cannot be asked; empty where it can. */
const reason = ((): string => {
  const [server, clients] = [findOldestApiServer(), findClients()];
  if (typeof server === 'string') return server;
  if (typeof clients === 'string') return clients;
  return '';
})();
if (reason !== '') console.warn(`oldest.test.ts does not run: ${reason}`);
// A machine without the programs may skip these; CI may not.
const describeOldest = reason === '' || process.env.CI === 'true' ? describe : describe.skip;

/** Nothing runs there: an API server alone says whether it accepts objects. */
describeOldest.each(productions)(`$name on the oldest Kubernetes${reason && ` (${reason})`}`, (production) => {
  let plane: ControlPlane;
  let kubectl: Kubectl;
  const written = new Written(production);

  beforeAll(async () => {
    const [server, clients] = [findOldestApiServer(), findClients()];
    if (typeof server === 'string' || typeof clients === 'string') throw new Error(reason);
    plane = await ControlPlane.apiServer(server);
    kubectl = new Kubectl(clients.kubectl, plane.kubeconfig);
  });
  afterAll(async () => {
    written.remove();
    await plane?.stop();
  });

  test('kubectl apply takes all of it without a warning', async () => {
    const { code, stderr } = await kubectl.try(['apply', '-f', written.dist]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('another apply changes nothing', async () => {
    const { stdout, stderr } = await kubectl.try(['apply', '-f', written.dist]);
    expect(changedLines(stdout)).toEqual([]);
    expect(stderr).toBe('');
  });

  test('kubectl apply --server-side takes it as well', async () => {
    const { code, stderr } = await kubectl.try(['apply', '--server-side', '-f', written.dist]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});
