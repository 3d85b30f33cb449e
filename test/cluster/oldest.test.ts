import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ControlPlane } from '../support/control-plane/control-plane';
import { Kubectl } from '../support/control-plane/kubectl';
import { findClients, findOldestApiServer } from '../support/control-plane/programs';
import { changedLines } from './accepted';
import { define, productions, titled, Written } from './stage';

/** Why the oldest API server cannot be asked; empty where it can. */
const reason = ((): string => {
  const [server, clients] = [findOldestApiServer(), findClients()];
  if (typeof server === 'string') return server;
  if (typeof clients === 'string') return clients;
  return '';
})();
if (reason !== '') console.warn(`oldest.test.ts does not run: ${reason}`);

/**
 * Claim templates carry a `creationTimestamp: null` there, up to Kubernetes 1.33, which no manifest can hold for newer
 * ones: kubectl calls a StatefulSet configured, and nothing changes.
 */
const CONFIGURED_UNCHANGED = 'statefulset.apps/';

/** Nothing runs there: an API server alone says whether it accepts objects. */
for (const production of productions.filter(({ config }) => config)) {
  const written = new Written(production);
  const why = reason || written.missing;
  const describeOne = why === '' || process.env.CI === 'true' ? describe : describe.skip;

  describeOne(titled(`${production.name} on the oldest Kubernetes`, why), () => {
    afterAll(() => written.remove());

    describe('client-side', () => {
      const kubectl = oldest(written);

      test('kubectl apply takes all of it without a warning', async () => {
        const { code, stderr } = await kubectl().try(['apply', '-f', written.dist]);
        expect(stderr).toBe('');
        expect(code).toBe(0);
      });

      test('another apply changes nothing', async () => {
        const generations = [
          'get',
          'statefulsets',
          '--all-namespaces',
          '-o',
          'jsonpath={.items[*].metadata.generation}',
        ];
        const before = await kubectl().run(generations);
        const { stdout, stderr } = await kubectl().try(['apply', '-f', written.dist]);
        expect(changedLines(stdout).filter((line) => !line.startsWith(CONFIGURED_UNCHANGED))).toEqual([]);
        expect(stderr).toBe('');
        expect(await kubectl().run(generations)).toBe(before);
      });
    });

    describe('server-side', () => {
      const kubectl = oldest(written);

      test('kubectl apply takes all of it, twice, without a warning', async () => {
        for (const _ of [1, 2]) {
          const { code, stderr } = await kubectl().try(['apply', '--server-side', '-f', written.dist]);
          expect(stderr).toBe('');
          expect(code).toBe(0);
        }
      });
    });
  });
}

/** Registers an API server with nothing but CRDs in it. @returns a kubectl that talks to it, once it runs */
function oldest({ definitions }: Written): () => Kubectl {
  let plane: ControlPlane | undefined;
  let kubectl: Kubectl | undefined;
  beforeAll(async () => {
    const [server, clients] = [findOldestApiServer(), findClients()];
    if (typeof server === 'string' || typeof clients === 'string') throw new Error(reason);
    plane = await ControlPlane.apiServer(server);
    kubectl = new Kubectl(clients.kubectl, plane.kubeconfig);
    if (typeof definitions === 'string') throw new Error(definitions);
    await define(kubectl, definitions);
  });
  afterAll(() => plane?.stop());
  return () => {
    if (kubectl === undefined) throw new Error('the API server does not run');
    return kubectl;
  };
}
