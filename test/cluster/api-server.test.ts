import { afterAll, expect, test } from 'vitest';
import { findControlPlane, findOldestApiServer } from '../support/control-plane/programs';
import { environments } from '../support/environments';
import { acceptedServerSide, changedLines } from './accepted';
import { onApiServer } from './on-api-server';
import { production, Written } from './stage';

/**
 * Claim templates carry a `creationTimestamp: null` on Kubernetes up to 1.33, which no manifest can hold for newer ones:
 * kubectl calls a StatefulSet configured, and nothing changes.
 */
const CONFIGURED_UNCHANGED = 'statefulset.apps/';

const GENERATIONS = ['get', 'statefulsets', '--all-namespaces', '-o', 'jsonpath={.items[*].metadata.generation}'];

/**
 * Nothing runs there: an API server alone, with nothing but CRDs in it, says whether it accepts objects. What an
 * environment writes for a later Kubernetes is not for the oldest.
 */
for (const config of environments) {
  const written = new Written(production(config));
  const oldest = new Written(production({ ...config, kubernetesVersion: undefined }));
  const { name } = written.production;
  afterAll(() => {
    written.remove();
    oldest.remove();
  });

  onApiServer(`${name} on the oldest Kubernetes, client-side`, findOldestApiServer(), oldest, (kubectl) => {
    test('kubectl apply takes all of it without a warning', async () => {
      const { code, stderr } = await kubectl().try(['apply', '-f', oldest.dist]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    });

    test('another apply changes nothing', async () => {
      const before = await kubectl().run(GENERATIONS);
      const { stdout, stderr } = await kubectl().try(['apply', '-f', oldest.dist]);
      expect(changedLines(stdout).filter((line) => !line.startsWith(CONFIGURED_UNCHANGED))).toEqual([]);
      expect(stderr).toBe('');
      expect(await kubectl().run(GENERATIONS)).toBe(before);
    });
  });

  onApiServer(`${name} on the oldest Kubernetes, server-side`, findOldestApiServer(), oldest, (kubectl) =>
    acceptedServerSide(kubectl, oldest),
  );

  onApiServer(`${name} on the current Kubernetes, server-side`, findControlPlane(), written, (kubectl) =>
    acceptedServerSide(kubectl, written),
  );
}
