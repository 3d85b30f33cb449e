import { join, resolve } from 'node:path';
import type { Chart } from 'cdk8s';
import { afterAll, describe, expect, it } from 'vitest';
import { charts } from '../../environments/charts';
import { type Files, helmChart, RELEASE_NAMESPACE } from '../../lib/platform';
import { findProgram } from '../platform/releases/programs';
import { filesIn } from '../support/golden';
import { byKey, ChartFolder, findHelm } from '../support/helm';
import { validate } from '../support/kubeconform';
import { describeLong, describeProgram } from '../support/programs';
import { root } from '../support/sources';
import { synth } from '../support/synth';
import {
  changes,
  fieldsOf,
  isIn,
  isOf,
  leafSchema,
  type Mutation,
  merged,
  nested,
  others,
  refused,
  renderings,
} from './mutations';

const { KUBERNETES_SCHEMAS = resolve('.tools/schemas/1.28') } = process.env;
const LOCATION = join(KUBERNETES_SCHEMAS, '{{.ResourceKind}}{{.KindSuffix}}.json');
const kubeconform = findProgram('kubeconform');

/** What a stack writes, but for its Namespace. */
function written(stack: Chart) {
  return byKey(synth(stack).filter(({ kind }) => kind !== 'Namespace'));
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

  it('names the namespace of a release, and nothing that stands for it', () => {
    expect(Object.entries(files).filter(([, text]) => text.includes(RELEASE_NAMESPACE))).toEqual([]);
  });

  describeProgram(findHelm(), 'with helm', (program) => {
    const folders: ChartFolder[] = [];
    const folderOf = (all: Files) => {
      const folder = new ChartFolder(program().helm, all);
      folders.push(folder);
      return folder;
    };
    const chart = () => folders[0] ?? folderOf(files);
    const render = (namespace: string, ...environments: readonly string[]) =>
      chart().render({ namespace, files: environments.map((one) => `values-${one}.yaml`) });
    afterAll(() => {
      for (const folder of folders) folder.remove();
    });

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
      it('changes what it sets, and nothing else', () => {
        // Values that its rules refuse are rendered, too.
        const unruled = folderOf(helmChart(stack, { ...props, rules: [] }));
        const defaults = chart().defaults();
        const at = (values: unknown, path: string) =>
          path.split('.').reduce<unknown>((parent, one) => Reflect.get(parent as object, one), values);
        const all = props.values.map((value) => ({ ...value, fields: fieldsOf(value) }));
        /** What changes, beside some values that are given, where each of the others has another value. */
        const changed = (values: typeof all, given: Record<string, unknown>) => {
          const before = unruled.render({ values: given });
          const mutations = values.flatMap((value) =>
            others(schemaOf(value.path), at(merged(defaults, given), value.path)).map(
              (to): Mutation => ({ ...value, to }),
            ),
          );
          return renderings(mutations).flatMap((mutated) => {
            const other = merged(given, ...mutated.map(({ path, to }) => nested(path, to)));
            const found = changes(before, unruled.render({ values: other }));
            expect(found.filter((change) => !isIn(mutated.flatMap(({ fields }) => fields))(change))).toEqual([]);
            return found;
          });
        };
        const isUnchanged = (found: readonly string[]) => (field: string) =>
          !found.some((change) => isOf(change, field));
        const found = changed(all, {});
        // The rest is in what is turned off.
        const rest = all.filter(({ fields }) => fields.some(isUnchanged(found)));
        const off = all.filter(({ path, variant }) => variant !== undefined && !at(defaults, path));
        const on = off.map(({ path, sets }) => nested(path, sets === undefined ? true : 'example.org'));
        const foundOn = changed(rest, merged(...on));
        expect(rest.flatMap(({ fields }) => fields.filter(isUnchanged([...found, ...foundOn])))).toEqual([]);
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
