import { ApiObject, type Chart } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { charts } from '../../environments/charts';
import { helmChart } from '../../lib/platform';
import { modelDifferences, objectKey } from '../../lib/platform/helm-chart/model';
import { filesIn } from '../support/golden';
import { byKey, ChartFolder, findHelm } from '../support/helm';
import { describeProgram } from '../support/programs';
import { root } from '../support/sources';
import { synth } from '../support/synth';

/** What a stack writes, but for its Namespace. */
const written = (stack: Chart) => byKey(synth(stack).filter(({ kind }) => kind !== 'Namespace'));

describe.each(Object.keys(charts))('the chart %s', (name) => {
  const { stack, props, inNamespace } = charts[name]?.() ?? expect.fail();
  const files = helmChart(stack, props);

  it('is committed as the stack is now: npm run accept renews it', () => {
    expect(filesIn(root, `charts/${name}`)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`charts/${name}/${path}`, text])),
    );
  });

  describeProgram(findHelm(), 'with helm', (program) => {
    let folder: ChartFolder | undefined;
    const chart = () => (folder ??= new ChartFolder(program().helm, files));
    afterAll(() => folder?.remove());

    it('is accepted by helm lint --strict', () => {
      const { code, stdout } = chart().run('lint', ['--strict', chart().path]);
      expect(stdout).toContain('0 chart(s) failed');
      expect(code).toBe(0);
    });

    it.each(['elsewhere', 'release-namespace', 'n1'])(
      'renders in the namespace %s what synth writes in it',
      (namespace) => {
        expect(chart().render({ namespace })).toEqual(written(inNamespace(namespace)));
      },
    );

    it.each(Object.keys(props.environments ?? {}))(
      'renders with values-%s.yaml what synth writes for it',
      (environment) => {
        const rendered = chart().render({ namespace: 'elsewhere', files: [`values-${environment}.yaml`] });
        expect(rendered).toEqual(written(inNamespace('elsewhere', environment)));
      },
    );
  });
});
void [ApiObject, modelDifferences, objectKey];
