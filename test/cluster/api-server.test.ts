import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlPlane } from '../support/control-plane/control-plane';
import { Kubectl } from '../support/control-plane/kubectl';
import {
  type ApiServerPrograms,
  findClients,
  findControlPlane,
  findOldestApiServer,
} from '../support/control-plane/programs';
import { describeUnless } from '../support/programs';
import { acceptedServerSide, changedLines } from './accepted';
import { define, productions, titled, Written } from './stage';

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

/** Registers checks against an API server of their own, which they get a kubectl for. */
function onApiServer(
  title: string,
  server: ApiServerPrograms | string,
  { definitions, missing }: Written,
  checks: (kubectl: () => Kubectl) => void,
): void {
  const clients = findClients();
  const reason = [server, clients, missing].find((found) => typeof found === 'string' && found !== '') ?? '';
  const describeServer = describeUnless(`${reason}`);

  describeServer(titled(title, `${reason}`), () => {
    let plane: ControlPlane | undefined;
    let kubectl: Kubectl | undefined;
    beforeAll(async () => {
      for (const found of [server, clients, definitions]) if (typeof found === 'string') throw new Error(found);
      if (typeof server === 'string' || typeof clients === 'string' || typeof definitions === 'string') return;
      plane = await ControlPlane.apiServer(server);
      kubectl = new Kubectl(clients.kubectl, plane.kubeconfig);
      await define(kubectl, definitions);
    });
    afterAll(() => plane?.stop());
    checks(() => {
      if (kubectl === undefined) throw new Error('the API server does not run');
      return kubectl;
    });
  });
}
