import { afterAll, expect, test } from 'vitest';
import { findControlPlane, findOldestApiServer } from '../support/control-plane/programs';
import { acceptedServerSide, changedLines } from './accepted';
import { onApiServer } from './on-api-server';
import { productions, Written } from './stage';

/**
 * Claim templates carry a `creationTimestamp: null` on Kubernetes up to 1.33, which no manifest can hold for newer ones:
 * kubectl calls a StatefulSet configured, and nothing changes.
 */
const CONFIGURED_UNCHANGED = 'statefulset.apps/';

const GENERATIONS = ['get', 'statefulsets', '--all-namespaces', '-o', 'jsonpath={.items[*].metadata.generation}'];

/** Nothing runs there: an API server alone, with nothing but CRDs in it, says whether it accepts objects. */
for (const production of productions.filter(({ config }) => config)) {
  const written = new Written(production);
  afterAll(() => written.remove());

  onApiServer(`${production.name} on the oldest Kubernetes, client-side`, findOldestApiServer(), written, (kubectl) => {
    test('kubectl apply takes all of it without a warning', async () => {
      const { code, stderr } = await kubectl().try(['apply', '-f', written.dist]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    });

    test('another apply changes nothing', async () => {
      const before = await kubectl().run(GENERATIONS);
      const { stdout, stderr } = await kubectl().try(['apply', '-f', written.dist]);
      expect(changedLines(stdout).filter((line) => !line.startsWith(CONFIGURED_UNCHANGED))).toEqual([]);
      expect(stderr).toBe('');
      expect(await kubectl().run(GENERATIONS)).toBe(before);
    });
  });

  onApiServer(`${production.name} on the oldest Kubernetes, server-side`, findOldestApiServer(), written, (kubectl) =>
    acceptedServerSide(kubectl, written),
  );

  onApiServer(`${production.name} on the current Kubernetes, server-side`, findControlPlane(), written, (kubectl) =>
    acceptedServerSide(kubectl, written),
  );
}
