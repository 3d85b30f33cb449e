import { join, resolve } from 'node:path';
import type { Chart } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { charts } from '../../environments/charts';
import { helmChart } from '../../lib/platform';
import { findProgram } from '../platform/releases/programs';
import { filesIn } from '../support/golden';
import { byKey, ChartFolder, findHelm } from '../support/helm';
import { validate } from '../support/kubeconform';
import { describeLong, describeProgram } from '../support/programs';
import { root } from '../support/sources';
import { type Manifest, synth } from '../support/synth';
import { changes, fieldsOf, groups, isOf, leafSchema, merged, nested, others, refused } from './mutations';

const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28') } = process.env;
const LOCATION = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');
const kubeconform = findProgram('kubeconform');

/**
 * What a stack writes, but for its Namespace. The id of a Kafka cluster is a hash that no template can compute: the
 * chart has one for all namespaces.
 */
function written(stack: Chart) {
  const objects = synth(stack).filter(({ kind }) => kind !== 'Namespace');
  return byKey(objects.map(withoutClusterId));
}

function withoutClusterId(manifest: Manifest): Manifest {
  const text = JSON.stringify(manifest);
  return JSON.parse(text.replace(/("name":"CLUSTER_ID","value":)"[\w-]{22}"/, '$1"(id)"'));
}

describe.each(Object.keys(charts))('the chart %s', (name) => {
  const { stack, props, inNamespace } = charts[name]?.() ?? expect.fail();
  const files = helmChart(stack, props);
  const schemaOf = (path: string) => leafSchema(files['values.schema.json'] ?? '', path);

  it('is committed as the stack is now: npm run accept renews it', () => {
    expect(filesIn(root, `charts/${name}`)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`charts/${name}/${path}`, text])),
    );
  });

  describeProgram(findHelm(), 'with helm', (program) => {
    let folder: ChartFolder | undefined;
    const chart = () => {
      folder ??= new ChartFolder(program().helm, files);
      return folder;
    };
    const render = (namespace: string, ...environments: readonly string[]) => {
      const rendered = chart().render({ namespace, files: environments.map((one) => `values-${one}.yaml`) });
      return byKey(Object.values(rendered).map(withoutClusterId));
    };
    afterAll(() => folder?.remove());

    it('is accepted by helm lint --strict', () => {
      const { code, stdout } = chart().run('lint', ['--strict', chart().path]);
      expect(stdout).toContain('0 chart(s) failed');
      expect(code).toBe(0);
    });

    it.each(['elsewhere', 'n1'])('renders in the namespace %s what synth writes in it', (namespace) => {
      expect(render(namespace)).toEqual(written(inNamespace(namespace)));
    });

    it.each(Object.keys(props.environments ?? {}))('renders with values-%s.yaml what synth writes for it', (one) => {
      expect(render('elsewhere', one)).toEqual(written(inNamespace('elsewhere', one)));
    });

    describeLong('each value', () => {
      // What a rule of the chart refuses on top of the defaults is set on top of an environment.
      const bases = [[], ...Object.keys(props.environments ?? {}).map((one) => [`values-${one}.yaml`])];

      it.each([...groups(props.values)])('changes with %s what that sets, and nothing else', (_, values) => {
        const fields = values.flatMap(fieldsOf);
        const found = [0, 1, 2].flatMap((index) => {
          const other = values.map(({ path }) => nested(path, others(schemaOf(path), defaultOf(path))[index]));
          for (const files of bases) {
            const { objects, error } = chart().tryRender({ files, values: merged(...other) });
            if (objects !== undefined) return changes(before(files), objects);
            expect(error).toMatch(/must be at most/);
          }
          return [];
        });
        expect(found.filter((change) => !fields.some((field) => isOf(change, field)))).toEqual([]);
        expect(fields.filter((field) => !found.some((change) => isOf(change, field)))).toEqual([]);
      });
    });

    it('fails before it renders for each value that its schema refuses, and for one that is unknown', () => {
      const wrong = props.values.map(({ path }) => nested(path, refused(schemaOf(path))));
      const { code, stderr } = chart().template({ values: merged({ unknown: 1 }, ...wrong) });
      expect(code).not.toBe(0);
      expect(stderr).toContain("don't meet the specifications of the schema");
      expect(stderr).toContain("additional properties 'unknown' not allowed");
      const passed = props.values.filter(({ path }) => !stderr.includes(`at '/${path.replaceAll('.', '/')}'`));
      expect(passed.map(({ path }) => path)).toEqual([]);
    });

    const rendered = new Map<string, Record<string, Manifest>>();
    const before = (files: readonly string[]) => {
      const found = rendered.get(files.join()) ?? chart().render({ files });
      rendered.set(files.join(), found);
      return found;
    };
    const defaultOf = (path: string) =>
      path.split('.').reduce<unknown>((parent, one) => Reflect.get(parent as object, one), chart().defaults());

    describeProgram(kubeconform === undefined ? 'no kubeconform' : { kubeconform }, 'and kubeconform', (found) => {
      it.each([[], ...Object.keys(props.environments ?? {}).map((one) => [one])])(
        'renders what the schemas of Kubernetes accept: %s',
        (...environments) => {
          const objects = Object.values(render('elsewhere', ...environments));
          expect(validate(found().kubeconform, objects, LOCATION)).toEqual({ checked: objects.length, problems: [] });
        },
      );
    });
  });
});
