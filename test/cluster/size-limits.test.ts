import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { afterAll, expect, test } from 'vitest';
import { requireUniqueNames } from '../../lib/kube/objects/inventory';
import { applyServerSide } from '../../lib/kube/objects/size-limits';
import { findControlPlane, findOldestApiServer } from '../support/control-plane/programs';
import { synth, synthError } from '../support/synth';
import { onApiServer } from './on-api-server';
import { list, Written } from './stage';

/** Characters that JSON of Go and JavaScript write in different ways, or in more bytes than one. */
const TEXT = 'a<b> & "c" \\ \n\t ä € 😀 ';

/** A ConfigMap with as many further characters. */
function chartWith(characters: number, serverSide = false): Chart {
  const app = new App({ outdir: 'never-written' });
  if (serverSide) applyServerSide(app);
  const chart = new Chart(app, 'limits', { namespace: 'default' });
  requireUniqueNames(chart);
  const data = { a: `${TEXT.repeat(100)}${'a'.repeat(characters)}` };
  new k8s.KubeConfigMap(chart, 'map', { metadata: { name: 'limits', annotations: { own: '<ä>' } }, data });
  return chart;
}

/** The most characters that the synth accepts. */
function most(serverSide: boolean): number {
  let [accepted, refused] = [0, 2 * 1024 * 1024];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    const chart = chartWith(middle, serverSide);
    if (isAccepted(chart)) accepted = middle;
    else refused = middle;
  }
  return accepted;
}

function isAccepted(chart: Chart): boolean {
  try {
    synth(chart);
    return true;
  } catch {
    return false;
  }
}

const written = new Written({ name: 'limits', nodePools: [], app: (outdir) => new App({ outdir }) });
afterAll(() => written.remove());

for (const [name, server] of [
  ['oldest', findOldestApiServer()],
  ['current', findControlPlane()],
] as const) {
  onApiServer(`what synth accepts at its limits, on the ${name} Kubernetes,`, server, written, (kubectl) => {
    test.each([
      ['kubectl apply', false, []],
      ['kubectl apply --server-side', true, ['--server-side']],
    ] as const)('%s takes, and not a byte more', async (_, serverSide, flags) => {
      const limit = most(serverSide);
      const apply = (chart: Chart) => kubectl().try(['apply', ...flags, '-f', '-'], list(synth(chart)));
      const { code, stderr } = await apply(chartWith(limit, serverSide));
      expect([code, stderr]).toEqual([0, '']);
      expect(synthError(chartWith(limit + 1, serverSide))).toMatch(/ at most \d+ bytes/);
      const [object] = synth(chartWith(limit, serverSide));
      const larger = { ...object, data: { a: `${object?.data.a}a` } };
      const refused = await kubectl().try(['apply', ...flags, '-f', '-'], list([larger]));
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/Too long/)]);
    });
  });
}
